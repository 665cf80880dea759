"""Words the dictionary does not know: common misspellings, and young words that are right."""

_COMMON_SLIPS = """
accomodate=accommodate acheive=achieve acheived=achieved aknowledge=acknowledge alot=a_lot
apparant=apparent arguement=argument athiest=atheist aweful=awful basicly=basically
becuase=because becasue=because begining=beginning beleive=believe beleived=believed
buisness=business calender=calendar cemetary=cemetery collegue=colleague collegues=colleagues
comittee=committee commited=committed concious=conscious definately=definitely
definitly=definitely develope=develop dilemna=dilemma dissapoint=disappoint embarass=embarrass
embarassed=embarrassed enviroment=environment existance=existence experiance=experience
finaly=finally foriegn=foreign freind=friend freinds=friends goverment=government
gaurantee=guarantee grammer=grammar happend=happened harrass=harass hte=the immediatly=immediately
independant=independent interupt=interrupt knowlege=knowledge liason=liaison
maintainance=maintenance managment=management mispell=misspell neccessary=necessary
necesary=necessary noticable=noticeable occassion=occasion occasionaly=occasionally
occured=occurred occurence=occurrence oppurtunity=opportunity paralell=parallel peice=piece
percieve=perceive persistant=persistent posession=possession potatos=potatoes prefered=preferred
presance=presence privelege=privilege priviledge=privilege probaly=probably publically=publicly
realy=really recieve=receive recieved=received recomend=recommend reccomend=recommend
refered=referred relevent=relevant remeber=remember responsability=responsibility
seperate=separate seperately=separately sieze=seize similiar=similar succesful=successful
successfull=successful suprise=surprise suprised=surprised taht=that teh=the tendancy=tendency
thier=their threshhold=threshold tommorow=tomorrow tommorrow=tomorrow tounge=tongue
transfered=transferred truely=truly unforseen=unforeseen unfortunatly=unfortunately untill=until
usualy=usually wich=which wierd=weird whith=with writting=writing
"""
COMMON_SLIPS: dict[str, str] = {
    wrong: right.replace("_", " ")
    for wrong, _, right in (pair.partition("=") for pair in _COMMON_SLIPS.split())
}
"""Misspellings that many people make, however often: misspelled -> right."""

_MODERN = """
adtech aeroplane intro intros info promo promos demo demos deli agentic aluminium draught draughts
draughty plough ploughed kerb tyre tyres cheque cheques gaol pyjamas sceptical sceptic whilst grey
moult mould mouldy smoulder sulphur storey storeys jewellery maths mum mums airbnb analytics api
apis app apps async avatar backend backlog backlink bandcamp bitcoin blockchain blog blogger
blogging blogs bluesky bootcamp bootstrapped bot bots brainstorm burnout canva carousel changelog
chatbot chatbots chatgpt clickbait codebase copilot coworker coworking coworkers creatives
crowdfunding crypto cybersecurity deepfake devops dm dms dogfooding doomscrolling dropshipping
ebook ecommerce edtech email emails emoji emojis exec execs faq fediverse fintech firmware freebie
freelance freelancing frontend fundraise fundraising gamification genai geotag ghosted ghosting
ghostwriter ghostwriting github googled grad greenwashing hackathon hashtag hashtags healthtech
homepage hr inbox influencer influencers intrapreneur iphone ipad jpg jpeg json kanban kickoff kpi
kpis laggards learnings leetcode linkedin livestream lockdown login lookalike lowkey martech
matcha mastodon meetup meetups meme memes mentee mentees metaverse microlearning mindset
minimalism misinformation monetize multitask multitasking neurodiverse neurodivergent newsfeed
newsletter newsletters nocode nudge offboarding offsite okay okr okrs onboard onboarded onboarding
onsite onstage outlier overshare paywall pdf phd pivoted podcast podcaster podcasters podcasting
podcasts popup postdoc preorder procrastinate proptech prototyping pytorch reddit refactor
refactored refactoring reframe reframed reframing repo repos repost resharing reskill retargeting
retro rollout roadmap roadmaps saas scalable scrum scroller scrolling selfie selfies signup slack
smartphone smartphones smartwatch snackable socials solopreneur solopreneurs spreadsheet
spreadsheets standup standups startup startups storyboard storyteller storytelling streamlit
substack teammate teammates telehealth timebox timeline timelines todo touchpoint touchpoints
tweet tweeted tweeting tweets unboxing unfollow unfriend unmute unpaid upcycle upsell upskill
upskilled upskilling url urls userbase ux venmo viral vibe vibes vlog vlogger walkthrough webinar
webinars whatsapp whiteboard wifi wiki wishlist workaround workflow workflows workspace yoga
youtube youtuber youtubers zoom
"""
MODERN = frozenset(_MODERN.split())
"""Words younger than the dictionary's texts."""
