"""Files of a LinkedIn archive in the shape of real ones, with other words."""

SHARES_HEADER = "Date,ShareLink,ShareCommentary,SharedUrl,MediaUrl,Visibility"


def share(
    text: str,
    *,
    day: str = "2024-03-01 09:30:00",
    number: int = 1,
    shared: str = "",
    media: str = "",
) -> str:
    """One row of Shares.csv: each line of the text in quotes, and quotes in it doubled."""
    lines = text.replace('"', '""').split("\n")
    wrapped = '""\n""'.join(lines)
    cell = f'"{wrapped}"' if len(lines) > 1 or '"' in text or "," in text else text
    link = f"https://www.linkedin.com/feed/update/urn%3Ali%3Ashare%3A{number}"
    return f"{day},{link},{cell},{shared},{media},MEMBER_NETWORK"


def shares(*rows: str) -> str:
    return "\n".join([SHARES_HEADER, *rows]) + "\n"


def comment(text: str, *, day: str = "2024-03-02 10:00:00") -> str:
    """One row of Comments.csv: quotes inside the text behind a backslash."""
    cell = '"' + text.replace('"', '\\"') + '"'
    return f"{day},https://www.linkedin.com/feed/update/urn%3Ali%3Aactivity%3A7,{cell}"


def comments(*rows: str) -> str:
    return "\n".join(["Date,Link,Message", *rows]) + "\n"


ARTICLE = """<html><head><meta charset="UTF-8"><title>Why we hire slowly</title>
<style>body { width: 700px }</style></head><body>
<img src="https://media.licdn.com/x.jpg" alt="">
<h1><a href="https://www.linkedin.com/pulse/why-we-hire-slowly-maya-okafor-abc1e">Why we hire
slowly</a></h1><p class="created">Created on 2021-03-01 18:02</p>
<p class="published">Published on 2021-03-02 08:15</p>
<div><p>Most teams hire when they are&nbsp;tired. <strong>That</strong> is too late.</p>
<h3>What we do</h3><ul><li><p>One paid day of work.</p></li><li>Two&#8217;s company.</li></ul>
<p>It is slow &amp; fair.</p></div></body></html>"""

FULL: dict[str, str] = {
    "Profile.csv": "First Name,Last Name,Headline\nMaya,Okafor,Hiring\n",
    "messages.csv": '"CONVERSATION ID","FROM","CONTENT"\n"1","Somebody else","A private word"\n',
    "Connections.csv": 'Notes:\n"When exporting, …"\n\nFirst Name,Last Name,URL\nBo,Berg,u\n',
    "Ad_Targeting.csv": "Company,Company\na,b\n",
    "Reactions.csv": "Date,Type,Link\n2024-03-01 09:30:00,LIKE,https://www.linkedin.com/\n",
}
