"""Posts that teach a model nothing about a voice, told by their words alone."""

import re

from voicetune.importers.links import LINK, without_links

FEWEST_IN_POST = 4
FEWEST_IN_COMMENT = 6
"""Words below which a post, and a comment, is left out: replies of three words among them."""

_FEWEST_BESIDE_LINK = 6
_LONGEST_NOTICE = 45
_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)*")
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_TAG = re.compile(r"[#@]\w+")
_NOTICE = re.compile(
    r"\b(?:happy|excited|thrilled|delighted|pleased|proud|glad|honou?red|humbled) to "
    r"(?:share|announce)(?: with you(?: all)?)?(?: that)? (?:i['’]?m|i am|i['’]ve|i have|i)\b"
    r".{0,40}?\b(?:start(?:ing|ed)?|join(?:ing|ed)?|accepted|"
    r"promot\w+|obtained|earned|completed|received|new (?:position|role|job|certification))\b"
    r"|\bi['’]?m starting a new (?:position|role|job)\b|\bi['’]ve (?:started|accepted) a new "
    r"(?:position|role|job)\b"
    r"|\bj['’]ai le plaisir de (?:vous )?(?:annoncer|partager).{0,60}(?:poste|certification)"
    r"|\bich freue mich,? (?:ihnen |euch )?(?:mitteilen|mitzuteilen|bekannt).{0,80}"
    r"(?:position|stelle|zertifi)"
    r"|\bme (?:complace|alegra) (?:anunciar|compartir|informar).{0,60}(?:puesto|cargo|certific)"
    r"|\b(?:tenho o prazer|estou feliz|é com satisfação).{0,60}(?:cargo|posição|certific)"
    r"|\bsono (?:felice|lieto|lieta) di (?:annunciare|condividere).{0,60}(?:posizione|ruolo|certif)"
    r"|\bik ben (?:blij|verheugd).{0,60}(?:functie|baan|certific)",
    re.IGNORECASE | re.DOTALL,
)


def words(text: str) -> int:
    """Counts a text's words; in scripts that leave no space, two characters count as one."""
    unspaced = len(_UNSPACED.findall(text)) if not text.isascii() else 0
    spaced = _UNSPACED.sub(" ", text) if unspaced else text
    return len(_WORD.findall(spaced)) + (unspaced + 1) // 2


def screen(text: str, fewest: int = FEWEST_IN_POST, *, shares_link: bool = False) -> str | None:
    """Returns the code for leaving a text out (link-only, too-short, job-change), or None.

    `shares_link` tells of a link that stands beside the text, as a site's preview shows it.
    """
    own = words(_TAG.sub(" ", without_links(text)))
    if (shares_link or LINK.search(text)) and own < _FEWEST_BESIDE_LINK:
        return "link-only"
    if own < fewest:
        return "too-short"
    return "job-change" if own <= _LONGEST_NOTICE and _NOTICE.search(text) else None
