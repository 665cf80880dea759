from voicetune.examples.finding import Finding, Severity
from voicetune.ui.train.readiness import blocking_in_words


def finding(code: str, message: str, *rows: int) -> Finding:
    return Finding(code, Severity.ERROR, message, rows)


def test_one_line_a_kind_with_how_many_examples_it_is_about() -> None:
    assert blocking_in_words(
        [
            finding("no-assistant", "There is no answer", 0),
            finding("no-assistant", "There is no answer", 4),
            finding("no-assistant", "There is no answer", 4),
            finding("too-few", "Ten at least"),
        ]
    ) == ["There is no answer (2 examples)", "Ten at least"]


def test_other_peoples_words_stay_words() -> None:
    [line] = blocking_in_words([finding("unknown-role", "The role is *<b>bot*", 0)])
    assert line.startswith("The role is \\*\\<")
