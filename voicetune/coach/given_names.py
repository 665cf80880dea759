"""Given names that are hardly ever anything else, and what makes a pair of words no person."""

_GIVEN = """
Aaron Abdul Abdullah Abigail Adam Adele Adrian Adriana Agnes Ahmed Aisha Akira Alan Albert Alberto
Alejandra Alejandro Alessandra Alessandro Alex Alexander Alexandra Alexandre Alexis Alfred Alice
Alicia Alina Alison Allison Alyssa Amanda Amina Amir Amit Amy Ana Anastasia Anders Andrea Andreas
Andrei Andrew Andrés Angela Angelina Anika Anil Anita Anja Anjali Ann Anna Anne Annette Annie
Anthony Antoine Anton Antonio Antonia António Anya Arjun Arnaud Arthur Arun Ashley Astrid Aurélie
Ayesha Ayşe Barbara Beatrice Beatriz Ben Benjamin Benoît Bernard Bernd Beth Bethany Betty Birgit
Björn Bogdan Boris Brandon Brenda Brian Bridget Brigitte Bruno Bryan Camila Camille Carl Carla
Carlos Carmen Carol Caroline Carolyn Catherine Cathy Cecilia Céline Chad Chandra Charles Charlie
Chen Chiara Chinedu Chioma Chloe Christa Christina Christine Christoph Christophe Christopher
Cindy Claire Clara Claudia Clément Colin Connor Corinne Craig Cristina Cynthia Dana Daniel Daniela
Danielle Danny Darren Dave David Debbie Deborah Debra Deepak Deepika Denis Denise Dennis Derek
Diana Diane Diego Dieter Dimitri Divya Dmitri Dmitry Dominik Dominique Donald Donna Doris Dorothy
Doug Douglas Duncan Dylan Eduardo Edward Edwin Eileen Ekaterina Elaine Elena Eleanor Elif Elisa
Elisabeth Elizabeth Ellen Elsa Emeka Emil Emilia Emilie Emily Emma Emmanuel Enrique Eric Erica
Erik Erika Erin Ernest Esther Ethan Eugene Eva Evelyn Farah Fatima Fatou Federico Felipe Felix
Fernanda Fernando Fiona Francesca Francesco Francis Francisco François Françoise Frederik
Friedrich Fritz Gabriel Gabriela Gary Gavin Geoffrey Georg George Gerald Gerard Gerhard Giacomo
Gianluca Giorgio Giovanni Giulia Giuseppe Gloria Gordon Graham Greg Gregor Gregory Greta Guido
Guillaume Guillermo Günter Gustavo Hannah Hans Harold Harriet Harry Hassan Heather Hector Heidi
Heike Heinrich Helen Helena Helga Henrik Henry Herbert Hiroshi Howard Hugo Hussein Ian Ibrahim
Ifeoma Igor Ines Ingrid Irene Irina Isaac Isabel Isabella Isabelle Ivan Jack Jackie Jacob
Jacqueline Jacques Jake Jakob James Jamie Jan Jane Janet Janice Jason Javier Jean Jeff Jeffrey
Jenna Jennifer Jenny Jens Jeremy Jérôme Jerry Jessica Jill Jim Jimmy Joan Joanna Joanne João
Joaquín Joe Joel Johan Johann Johanna Johannes John Johnny Jonas Jonathan Jorge José Josef Joseph
Josh Joshua Juan Juana Judith Judy Julia Julian Juliana Julie Julien Jürgen Justin Kamala Karen
Karim Karin Karl Karolina Kate Katharina Katherine Kathleen Kathryn Kathy Katie Katja Katrin
Kavita Kayla Keith Kelly Ken Kenji Kenneth Kevin Khalid Kim Kimberly Kiran Klaus Kofi Kristen
Kristin Kristina Kumar Kurt Kwame Kyle Lakshmi Lars Laura Lauren Laurent Leah Leila Lena Leo Leon
Leonardo Leslie Lily Linda Lisa Lorenzo Louise Luca Lucas Lucia Lucía Lucy Luigi Luis Luisa Lukas
Luke Lydia Lynn Magdalena Malcolm Manuel Manuela Marc Marcel Marcela Marco Marcos Marcus Margaret
Maria María Mariam Mariana Marie Marina Mario Marion Marius Marjorie Markus Marta Martha Martin
Martina Mary Maryam Masha Mateo Mathias Mathieu Matt Matteo Matthew Matthias Maureen Maurice
Maxime Maya Megan Mehmet Mei Melanie Melissa Mia Michael Michaela Michel Michele Michelle Miguel
Mike Mikhail Milan Mohamed Mohammad Mohammed Monica Monika Monique Muhammad Mustafa Nadia Nadine
Nancy Naomi Natalia Natalie Natasha Nathalie Nathan Neha Neil Ngozi Nguyen Nicholas Nick Nicola
Nicolas Nicole Nikhil Niklas Nikolai Nina Nisha Noah Noor Nora Norman Nuno Olaf Oleg Olga Oliver
Olivia Olivier Omar Oscar Otto Pablo Pamela Paolo Pascal Patricia Patrick Paul Paula Paulo Pavel
Pedro Peggy Peter Petra Philip Philippe Phillip Phyllis Pierre Pilar Piotr Pooja Pradeep Prakash
Pranav Priya Rachel Rafael Rahul Raj Rajesh Ralf Ralph Ramón Randy Rania Raphael Raquel Rashid
Raúl Ravi Raymond Rebecca Regina Reinhard Renata Renate René Ricardo Riccardo Richard Rita Robert
Roberta Roberto Rodrigo Roger Rohan Roland Rolf Ronald Rosa Rosemary Roxanne Russell Ruth
Ryan Sabine Sabrina Said Salma Sam Samantha Samira Samuel Sandeep Sandra Sanjay Sara Sarah Sasha
Sean Sebastian Sergei Sergey Sergio Shannon Sharon Sheila Shirley Shreya Silke Silvia Simon Simone
Sofia Sonia Sonja Sophia Sophie Stacy Stanislav Stefan Stefanie Stefano Stella Stephan Stephanie
Stephen Steve Steven Stuart Sunil Sunita Susan Susanna Susanne Suzanne Svetlana Sven Sylvia Sylvie
Tamara Tania Tanya Tara Tatiana Ted Teresa Theodore Theresa Thomas Thorsten Tiago Tim Timothy Tina
Tobias Todd Tom Tomás Tomasz Tommy Tony Tracy Ulrich Ulrike Ursula Valentina Valerie Vanessa Vera
Veronica Victor Vijay Vikram Viktor Vincent Vincenzo Vivek Vivian Vladimir Walter Wanda Wei Wendy
Werner Wilhelm William Wolfgang Xavier Yasmin Yolanda Yusuf Yuki Yuri Yvette Yvonne Zachary Zainab
Zoe
"""
GIVEN = frozenset(_GIVEN.split())
"""Given names of many countries; those that are words, months or places as well are left out."""

_PLACES_AND_THINGS = """
Academy Airport Arena Association Avenue Award Awards Bank Bay Beach Book Books Boulevard Bridge
Brothers Building Business Cafe Capital Castle Cathedral Center Centre Church City Clinic Club
College Company Conference Corp County Court Creek Cup Day Days Drive Effect Falls Festival Field
Fellowship Fort Foundation Fund Gallery Garden Gardens Group Hall High Hill Hills Holdings
Hospital Hotel House Inc Index Initiative Inn Institute Island Islands Journal Labs Lake Lane Law
Library Limited Llc Ltd Magazine Marketing Media Medal Memorial Method Mountain Museum News
Paradox Park Partners Place Plaza Podcast Point Port Press Prize Program Project Restaurant Ridge
River Road Sauce Scale School Show Solutions Square Stadium State Station Street Studio Studios
Summit Syndrome Test Theater Theatre Theorem Tower Trail Trust University Valley Village Way And
At But For From Has Have He Her His How If In Is It Its Of On Or Our She So That The Their They
This To Was We Were What When Where Who Why With You Your Monday Tuesday Wednesday Thursday Friday
Saturday Sunday January February March April May June July August September October November
December
"""
PLACES_AND_THINGS = frozenset(_PLACES_AND_THINGS.split())
"""Words that make a name before them a place, a firm or a thing, or that begin a new sentence."""

BRANDS = frozenset(
    name.strip()
    for name in """
adam smith, alan turing, albert einstein, alex hormozi, alexander hamilton, alexander the, angela
merkel, anna wintour, aaron burr, abraham lincoln, ben franklin, benjamin franklin, brené brown,
charles babbage, charles darwin, charles dickens, charles schwab, carl jung, dale carnegie, daniel
kahneman, david allen, david ogilvy, donald trump, edward tufte, emily dickinson, emmanuel macron,
eric ries, ernest hemingway, gary vaynerchuk, george clooney, george orwell, george washington,
harry potter, helen keller, henry ford, howard schultz, hugo boss, isaac newton, jack daniel, jack
ma, jack dorsey, james bond, james clear, james dyson, jane austen, jane goodall, jeff bezos,
jenny craig, jim collins, jim rohn, jimmy choo, joe biden, joe rogan, john deere, john hancock,
john lennon, john lewis, johnny cash, joseph campbell, justin welsh, kamala harris, kate spade,
kim kardashian, leonardo da vinci, leonardo dicaprio, malcolm gladwell, marcus aurelius, margaret
thatcher, marc jacobs, maria montessori, marie curie, marie kondo, martin luther, martin luther
king, mary shelley, max weber, maya angelou, michael jackson, michael jordan, michael kors,
michelle obama, mike tyson, nelson mandela, oscar wilde, pablo picasso, patrick lencioni, paul
graham, paul mccartney, peter drucker, peter pan, peter thiel, ralph lauren, ray dalio, richard
branson, richard feynman, robert frost, roger federer, ryan holiday, sam altman, sam walton, seth
godin, sherlock holmes, sheryl sandberg, sigmund freud, simon sinek, stephen covey, stephen
hawking, stephen king, steve jobs, steve wozniak, steven spielberg, sylvia plath, ted lasso, ted
talk, ted talks, tim berners-lee, tim cook, tim ferriss, tim hortons, thomas edison, thomas
jefferson, toni morrison, tony robbins, tom brady, tom ford, tom hanks, victor hugo, vincent van
gogh, virginia woolf, vladimir putin, walter white, warren buffett, william shakespeare, winston
churchill
""".replace("\n", " ").split(",")
)
"""People and firms that everybody knows; naming them tells nobody anything, and they are topics."""
