import pytest

from voicetune.questions.forms import Form, form_of, rotated


@pytest.mark.parametrize(
    ("prompt", "form"),
    [
        ("Write a post about burnout. Please don't make it preachy.", Form.WRITE),
        ("Can you write something on burnout?", Form.WRITE),
        ("I'd like to thank our suppliers. Could you draft something warm?", Form.WRITE),
        ("How do I message a recruiter without sounding desperate?", Form.HOW),
        ("I have a gap of 14 months. How do I explain that?", Form.HOW),
        ("Networking tips for shy people please.", Form.STATEMENT),
        ("Kindness at work gets called soft. What's your view?", Form.OPINION),
        ("What do you think of remote work?", Form.OPINION),
        ("hustle culture: thoughts?", Form.OPINION),
        ("is it ok to use a selfie as my profile pic?", Form.SHOULD),
        ("I was laid off on Tuesday. Should I announce it on LinkedIn?", Form.SHOULD),
        ("Tell me about a failure you're glad happened.", Form.TIME),
        ("What should my headline say?", Form.QUESTION),
        ("¿Cómo pido un aumento?", Form.QUESTION),
        ("I feel like a complete fraud. Every day.", Form.STATEMENT),
        ("", Form.STATEMENT),
    ],
)
def test_a_prompt_has_the_form_of_what_it_asks(prompt: str, form: Form) -> None:
    assert form_of(prompt) is form


def test_every_form_is_described() -> None:
    assert all(form.description for form in Form)


def test_the_form_used_least_comes_first() -> None:
    able = [[Form.WRITE, Form.HOW], [Form.WRITE, Form.HOW], [Form.WRITE]]
    assert rotated(able, 2) == [(Form.WRITE, Form.HOW), (Form.HOW, Form.WRITE), (Form.WRITE,)]


def test_a_post_without_forms_gets_none() -> None:
    assert rotated([[]], 3) == [()]
