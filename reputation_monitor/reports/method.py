"""How to read the figures, in the words of docs/method.md; every report ends with it."""

METHOD = {
    "Voices, not posts": (
        "Each author counts once a day and each story once, however often they post or are copied. "
        "A voice counts as negative by the probability that the model gives it."
    ),
    "Usual": (
        "The baseline is what the same hours of the week brought before, with their spread. "
        "Where history is short it falls back to the hour of the day, then to a constant."
    ),
    "Intervals": (
        "Intervals and bands are at 95 %. A change is 'beyond noise' when the interval of the change leaves out zero."
    ),
    "Corrected shares": (
        "Where at least 50 mentions of a screen were drawn at random and labelled, the errors that the model made in "
        "these are undone in the shares; the interval allows for the number of voices and of labels. Elsewhere shares "
        "stay as classified, and the interval tells where the truth may lie by how the model's errors differ between "
        "other kinds of texts. Changes, shifts and excesses compare what one model classified with what it classified "
        "before, and are not corrected."
    ),
    "Linked": (
        "The excess is positive, its onset lies in the incident's window, and q after Benjamini-Hochberg over all "
        "incidents tested together is at or below its bound: of all links found so, no larger share is expected to be "
        "chance, one in twenty where the bound is 0.05."
    ),
    "p-value": (
        "The share of placebo times (comparable hours without an incident) whose statistic is at least as large. "
        "What rivals and untouched screens rose is added to the expectation first, "
        "so that a storm that hits everyone is not charged to IT."
    ),
    "Associated, never caused": (
        "A link says that two things happened together in time more closely than chance allows. "
        "It never says that one caused the other."
    ),
}
"""Terms of the reports and what they mean."""
