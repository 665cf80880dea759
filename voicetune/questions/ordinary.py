"""English words that say little of what a post is about, and verbs that can follow "to"."""

_LINKING_LIST = """
a about above across after again against ago ain't all almost along already also although always am
among an and another any anybody anymore anyone anything anyway anywhere apart are aren't around as
aside at away back be because been before behind being below beside besides between beyond both but
by can can't cannot could could've couldn't despite did didn't do does doesn't doing don't done
down during each either else enough even ever every everybody everyone everything everywhere except
far few for from further get gets getting go goes going gone got had hadn't half hardly has hasn't
have haven't having he he'd he'll he's hence her here here's hers herself him himself his how how's
however i i'd i'll i'm i've if in indeed inside instead into is isn't it it'd it'll it's its itself
just later least less let let's like likely long longer lot lots many may maybe me might might've
mine more most mostly much must must've my myself near nearly neither never next no nobody none nor
not nothing now nowhere of off often oh ok okay on once one one's ones only onto or other others
otherwise ought our ours ourselves out outside over own per perhaps please plus quite rather really
right same several shall she she'd she'll she's should should've shouldn't since so some somebody
somehow someone someone's something sometimes somewhere soon still such than that that'd that'll
that's the their theirs them themselves then there there's there've therefore these they they'd
they'll they're they've this those though through throughout till to together too toward towards
under underneath unless unlike until up upon us very via was wasn't we we'd we'll we're we've well
were weren't what what's what've whatever when when's whenever where where's wherever whether which
while who who'd who'll who're who's who've whoever whole whom whose why will with within without
won't would would've wouldn't yes yet you you'd you'll you're you've your yours yourself yourselves
"""
LINKING = frozenset(_LINKING_LIST.split())
"""Words that never stand in a topic, except between its words."""

_ORDINARY_LIST = """
able actual actually add added afternoon answer answered ask asked asking asks bad began begin
begins best better big bit book bring bringing bottom box breakfast brought buy call called
came card care carried carry catch caught chair change changed child children clear clearly
coffee colleague come comes coming cost couple cup cut day days dear desk different dinner door
early easy eight eighteen eighty eleven end ended enjoy evening exactly eye eyes face fact fall
family favorite favourite feel feeling feels fell felt fifteen fifty find finding finish
finished first five fine folk follow followed forget former forty found four fourteen friday
friend friends front full fun gave gentle give given gives giving glad good great guess guy
hand hands hang happen happened happening happens happy hard he head hear heard held help helped
helps high hold hour hours house hundred hurry idea important instead job jobs keep keeping
keeps kept kid kind knew know knowing known knows large last late leave leaves leaving led left
less line lines linkedin list listen little live lived look looked looking looks lost love loved
lovely lunch made make makes making man matter matters mean means meant meet men met mile mind
minute minutes miss missed moment monday money month months morning mother move moved mr mrs
name named need needed needs new nice night nine nineteen ninety noon noticed number old open
opened page paper paragraph part particular people person pick picked piece place places plenty
point post posts pretty probably problem promise pull put puts putting question questions ran
reached read reading ready real reason remember rest result room run running said same sat
saturday save saw say saying says second see seem seems seen sell send sense sent sentence
serious set seven seventeen seventy shop short show showed side simple sister sit sitting six
sixteen sixty small someone sort sound sounds speak spend spent spoke spring stand start started
stay stayed stop stopped story strange stuff sunday sure table take taken takes taking talk
talked tell telling tells ten thank thanks thing things think thinking thinks third thirteen
thirty thought thoughts thousand three thursday time times today told tomorrow tonight took top
town tried true truth try trying tuesday turn turned turns twelve twenty twice two type under
understand usual usually wait walk walked want wanted wants watch watched way ways wednesday
week weekend weeks went window winter woman women word words work worked working works world
worse worst worth write writes writing written wrong wrote yeah year years yesterday young
absolutely anyways april august autumn becoming become became believe december explain february
january july june march november october september summer basically certain certainly definitely
honest honestly literally obviously simply totally truly unfortunately whatever whatsoever
aren ain bet bigger biggest broken bunch calling calls chance choose chose common complete
completely correct daughter decide dropped eat empty especially everyday extra fast father
figure fill filled final finally fit floor fold free fresh goods grew grow growing grown grows
half-full hated heart holding hot huge imagine immediately interesting issue keeping knock lay
lie light likes loud main marvellous mention mentioned middle month's mouth nervous notice
obvious older owe owed passed perfect plain play possible private proper public quick quickly
quiet quietly rain raised regular rough send sends serve share shared sign single slowly
softly soft sold somewhat specific step stuck suddenly suppose surely tall thin throw tidy tiny
tired touch ugly warm warmer wasn wet wide wish wonder wondered won yard year's
"""
ORDINARY = frozenset(_ORDINARY_LIST.split())
"""Words that a topic is not made of alone."""

_BEFORE_LIST = """
bad best better big biggest early fine first good great hard job large last late long longest
lovely new next nice old open quiet real second short shortest simple small third worse worst
wrong young
"""
BEFORE = frozenset(_BEFORE_LIST.split())
"""Ordinary words that belong to the noun after them: "a long email", "your first job"."""

_AFTER_LIST = """
answer answers book books call calls card cards change changes day days desk desks end letter
letters line lines list lists name names note number numbers offer offers page pages paper
people person place plan post posts problem question questions reason room rooms story stories
table talk time title titles week weeks woman women word words work year years
"""
AFTER = frozenset(_AFTER_LIST.split())
"""Ordinary words that a noun before them belongs to: "a cover letter", "an interview answer"."""

_VERBS_LIST = """
accept admit adopt agree allow answer apologise apologize appear apply approach arrive ask attend
avoid balance beat become begin believe belong book borrow break bring build buy call carry cause
celebrate change charge chase check choose close coach collect comment compete complain connect
contain continue convince cope cost count cover create criticise criticize cry cut deal decide
delegate delete describe design develop do draw dream drive drop earn eat edit email end enjoy
enter exist expect explain face fail fall feel fight find finish fire fit fix focus follow forget
forgive get give go grow handle happen hate hear help hide hire hit hope hurt ignore imagine
improve include interview introduce invest invite join judge jump keep kill know laugh lead learn
leave let lie lift like listen live look lose love make manage market matter mean measure meet
mentor message motivate move need negotiate network notice offer onboard open organise organize
overcome owe own pay persuade pick pitch plan play post pour practice practise praise prepare
present pretend prevent price prioritise prioritize promote protect prove publish pull push quit
raise reach read realise realize receive recover recruit refuse reject remember remind remove
repeat reply require resign respond rest retire review rewrite roll run sand save say scare search
see seem sell send set share shorten shout show sign simplify sing sit sleep smell solve sound
speak spend stand stare start stay steal stick stop study succeed suffer suppose survive swear
switch take talk teach tell test thank think throw tie track train translate travel trust try turn
understand use visit volunteer wait wake walk want warn wash watch wear welcome win wish wonder
work worry write yell
"""
VERBS = frozenset(_VERBS_LIST.split())
"""Verbs in the form that follows "to", for "How do I …?" and "Should I …?"."""

_IRREGULAR_LIST = """
ate became began bought broke brought built came caught chose cut did drew drove fell felt flew
forgot fought found froze gave got grew had heard held hid hit hurt kept knew laid led left lent
lost made met missed paid put quit ran read rode said sat saw sent shook shut slept sold spent
spoke stood stole stuck taught thought threw told took tore understood walked was went were woke
won wore wrote
"""
IRREGULAR = frozenset(_IRREGULAR_LIST.split())
"""Past forms that do not end in -ed."""
