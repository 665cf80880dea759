"""What a base and a tuned model are, and the way from one to the other."""

import streamlit as st

from voicetune.ui import rooms
from voicetune.ui.parts.text import prose


def models() -> None:
    """Draws the page on base and tuned model."""
    prose(
        "A language model has read a great deal and learned to go on with a text, one [[token]] "
        "after another. This is the [[base model]]. Ask it for a post and it writes like the "
        "average of all it has read: fluent, polite, and like nobody in particular.\n\n"
        "[[fine-tuning|Fine-tuning]] shows it [[example|examples]] of how you answer. For each, "
        "it guesses your next word, is told what you really wrote, and shifts a little towards "
        "it. After a few hundred such shifts the guesses lean your way. That is the "
        "[[tuned model]]."
    )
    left, right = st.columns(2)
    with left, st.container(border=True, height="stretch"):
        st.subheader("What changes", anchor=False)
        prose(
            "- Rhythm, sentence length, paragraphs\n"
            "- How a text opens and how it ends\n"
            "- Favourite words, and words never used\n"
            "- The shape of an answer, without being asked"
        )
    with right, st.container(border=True, height="stretch"):
        st.subheader("What does not", anchor=False)
        prose(
            "- How much it knows\n"
            "- How well it reasons\n"
            "- Whether its facts are right\n"
            "- The model itself: your layer ([[adapter]]) lies on top of it"
        )
    prose(
        "For facts, hand the model the right passages together with the question ([[RAG]]). "
        "A tuned model can be given them too, and phrases the answer in your voice."
    )


def steps() -> None:
    """Draws the page on the way from texts to a model id."""
    prose(
        "1. **Gather.** Your texts become questions and answers: what somebody might ask, and what "
        "you wrote.\n"
        "2. **Mend.** Checks point at what would spoil the training, most of it mended with one "
        "click.\n"
        "3. **Set some aside.** About one example in ten is kept from training as a "
        "[[validation example]]. It tells later whether the model learned or memorised.\n"
        "4. **Freeze and send.** VoiceTune writes a [[JSONL]] file and gives it to the [[place]] "
        "you chose, on this computer or elsewhere. The run keeps an exact copy.\n"
        "5. **Train.** The place goes through the examples a few times ([[epoch|epochs]]), and "
        "reports its [[loss]] and keeps a [[checkpoint]] as it goes.\n"
        "6. **Judge.** You ask base and tuned model the same question and read both answers.\n"
        "7. **Take it with you.** The tuned model has a [[model id]]. Any program that can ask a "
        "model can ask yours: same address, another name, and the same [[system message]] as in "
        "training."
    )
    with st.container(horizontal=True):
        rooms.link(rooms.EXAMPLES, "Examples", icon=":material/edit_note:")
        rooms.link(rooms.TRAIN, "Train", icon=":material/model_training:")
        rooms.link(rooms.PROGRESS, "Progress", icon=":material/show_chart:")
        rooms.link(rooms.COMPARE, "Compare", icon=":material/compare:")
