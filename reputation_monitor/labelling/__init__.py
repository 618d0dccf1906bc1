"""What people say of mentions by hand, and what the model learns from it: labels, samples, figures, tuning."""

from reputation_monitor.labelling.desk import LabelDesk, LabelError
from reputation_monitor.labelling.errors import errors_of
from reputation_monitor.labelling.lessons import Lessons, tuned
from reputation_monitor.labelling.tuning import CannotTuneError

__all__ = ["CannotTuneError", "LabelDesk", "LabelError", "Lessons", "errors_of", "tuned"]
