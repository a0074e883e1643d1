"""What may be written into a log line: where, what, how long; never who was treated for what."""

from __future__ import annotations

import logging


class NoPatientData(logging.Filter):
    """Replaces what libraries put into log lines where an address or values could stand.

    Tracebacks keep their frames and the type of the error, and lose its message.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        if record.name.startswith(("django.request", "django.security")):
            record.msg, record.args = "request failed", ()
            for name in ("request", "status_code"):
                if name in record.__dict__ and name == "request":
                    del record.__dict__[name]
        if record.exc_info and record.exc_info[1] is not None:
            kind = type(record.exc_info[1])
            record.exc_text = _frames(record)
            record.__dict__["error"] = f"{kind.__module__}.{kind.__qualname__}"
            record.exc_info = None
        return True


def _frames(record: logging.LogRecord) -> str:
    lines: list[str] = []
    step = record.exc_info[2] if record.exc_info else None
    while step is not None:
        code = step.tb_frame.f_code
        lines.append(f"{code.co_filename}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return "\n".join(lines[-12:])
