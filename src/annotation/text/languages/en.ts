import type { AbbreviationWords } from './abbreviation-words.js';

/** Left out on purpose: forms that are names or words as often as not, such as Sat, Sun, Miss, Ed and Penn. */
export const ENGLISH_ABBREVIATIONS: AbbreviationWords = {
  title: `Adm Ald Amb Asst Atty Brig Capt Cdr Cmdr Col Cpl Det Dr Drs Ens Fr Gen Gov Govs Hon Insp Lieut Lt Maj Messrs
    Msgr Mr Mrs Ms Mt Mx Pfc Pres Prof Profs Pvt Rep Reps Rev Sen Sens Sgt Supt Treas dr mr mrs ms prof v vs`,
  number: `No Nos no nos p pp Vol Vols vol vols Fig Figs fig figs Art art Ch ch Chap chap Eq eq Ext ext Op op Para para Pt
    pt Sec sec Sect sect Tel tel Ver ver c ca approx
    Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec`,
  other: `Assn Assoc Bhd Bros Cie Co Corp Cos Dept Div Esq Est Govt Inc Intl Jr Ltd Natl Plc Pty Sr ST St Univ
    assn co corp dept etc govt inc jr ltd sr al cf ed eds esp incl misc
    Apt Ave Blvd Bldg Ctr Ft Hwy Pkwy Rd Sq Str
    Fri Mon Thu Thur Thurs Tue Tues Wed
    Ala Ariz Calif Colo Conn Fla Kan Ky Mass Md Minn Mont Nev Okla Tenn Va Vt Wis Wyo Ont`,
};

/** Words that begin a sentence far more often than they follow an abbreviation within one. */
export const SENTENCE_STARTERS: ReadonlySet<string> = new Set(
  `The A An This That These Those It He She We They You I In On At But And Or So If When While As After Before Since
  Although Though However Then There Here What Who Why How Where Which His Her Its Their Our My Your Not Now Some Many
  Most All Both Each Every Another Also Among Because During Until According Once`.split(/\s+/),
);

/** What `'d` contracts with; after any other word it is part of a name, as in Sa'd and Ra'd. */
export const BEFORE_CLITIC_D: ReadonlySet<string> = new Set(
  'i you he she it we they who that this there what where when how why'.split(' '),
);

const words = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Abbreviations that are surnames as well, so that the full stop after "Kavita Sen" may end the sentence. */
export const SURNAME_ABBREVIATIONS: ReadonlySet<string> = words(
  'Ala Ald Co Col Cos Dec Ens Est Fri Gen Hon Ing Kan Ky Maj Mass Mon Sen Sig Thu Va Ver Wed',
);

/** What stands before a title, so that the word is no given name: "Texas Sen. Hale", "Israeli Gen. Hale", "Former Gov. Hale". */
export const BEFORE_TITLES: ReadonlySet<string> = words(`
  Alabama Alaska Arizona Arkansas California Colorado Connecticut Delaware Florida Hawaii Idaho Illinois
  Indiana Iowa Kansas Kentucky Louisiana Maine Maryland Massachusetts Michigan Minnesota Mississippi Missouri Montana
  Nebraska Nevada Hampshire Jersey Mexico York Carolina Dakota Ohio Oklahoma Oregon Pennsylvania Island Tennessee
  Texas Utah Vermont Virginia Washington Wisconsin Wyoming Rico Guam Columbia Queensland Victoria Tasmania Wales
  Republican Democratic Democrat Labor Labour Liberal Conservative Green Independent Tory Whig Federalist Socialist
  Army Navy Force Marine Marines Corps Guard Police Confederate Union Allied Continental Royal Imperial Rebel Soviet
  Counsel Minister Ministers Member Members Justice Judge Mayor President Prime
  Attorney Secretary Director Governor Postmaster Surgeon Inspector Adjutant Major Lieutenant Brigadier Solicitor
  Commissary Quartermaster Paymaster Auditor Comptroller Consul Commander Captain Chief Deputy Vice President Premier
  State House Senate Assembly Majority Minority Representative Congressman Rep Whip Leader Speaker Chairman Chairwoman
  Former Retired Late Then Junior Senior Freshman Incumbent Outgoing Ranking Acting Assistant Lame Rear Lord Lady Sir
  Right Most Very Their Your His Her Our The When While As If And But For With From By To Like Since After Before
  Israeli Iraqi Pakistani Saudi Yemeni Kuwaiti Bangladeshi Omani Qatari Emirati Somali Thai Greek Czech Slovak Swiss
  French Dutch German Filipino Afghan Arab Kurdish Turk Serb Croat Pole Dane Swede Finn Union Taliban Pakistan India
  Israel Iraq Iran Egypt Libya Syria Sudan Chile Argentina Brazil Peru Colombia Nigeria Ghana Kenya Uganda Rwanda
  Philippine Hawaiian Texan Virginian American`);
/** Endings of adjectives of nations, which no given name of the list above all has. */
export const NATION_ENDING = /(?:ian|ean|ish|ese|ic|can|ili)$/;

/** Common given names: what follows "Inc." or "the U.S." is then another name, and what follows them is a surname. */
export const GIVEN_NAMES: ReadonlySet<string> = words(`
  Aaron Abdul Abdullah Abigail Abraham Ada Adam Aditya Adrian Agnes Ahmad Ahmed Aiden Aisha Ajay Akira Alan Albert Alberto
  Alejandro Aleksandr Alex Alexander Alexandra Alexei Alfred Ali Alice Alicia Alison Allan Allen Alma Amanda Amara Amber
  Amelia Ami Amina Amir Amit Amy Ana Anand Anders Andre Andrea Andreas Andrei Andrew Andy Angela Angelo Anil Anita Anjali
  Ann Anna Anne Annie Anthony Antonio Anwar Arjun Arthur Arun Asha Ashok Astrid Audrey Austin Ava Ayesha Barbara Barry
  Beatrice Ben Benjamin Bernard Beth Betty Beverly Bianca Bilal Birgit Bob Bonnie Boris Brandon Brenda Brian Bridget Bruce
  Bruno Camila Carl Carla Carlos Carmen Carol Caroline Cary Catherine Cecilia Charles Charlotte Chen Chloe Chris Christian
  Christina Christine Christopher Claire Clara Claudia Colin Connie Craig Cristina Cynthia Daisy Dan Daniel Daniela David
  Deborah Deepa Deepak Denise Dennis Derek Diana Diane Diego Dmitri Dolores Donald Donna Dora Doris Dorothy Douglas Dylan
  Edith Eduardo Edward Edwin Eileen Elaine Elena Eleanor Eli Elias Elijah Elizabeth Ella Ellen Emil Emily Emma Emmanuel
  Enrique Eric Erica Erik Erin Ernest Esther Ethan Eugene Eva Evan Evelyn Fatima Felix Fernando Fiona Florence Frances
  Francesca Francis Francisco Frank Fred Frederick Gabriel Gabriela Gail Gary Geoffrey George Gerald Gita Gladys Gloria
  Gordon Graham Greta Gustav Hana Hannah Hans Harold Harriet Harry Hassan Heather Hector Heidi Helen Helena Henri Henrik
  Henry Hiroshi Hugo Hussein Ian Ibrahim Igor Imran Ingrid Irene Isaac Isabel Isabella Ivan Jack Jacob Jacqueline Jaime
  James Jamie Jane Janet Janice Jason Javier Jean Jeff Jeffrey Jennifer Jenny Jeremy Jessica Jill Jim Joan Joanna Joe
  Joel Johan Johanna John Johnny Jonas Jonathan Jorge Jose José Joseph Josephine Joshua Joyce Juan Juana Juanita Judith
  Judy Julia Julian Julie Julio Kamal Kamala Karen Karin Karl Kate Katherine Kathleen Kathryn Kathy Katie Kavita Keiko
  Keith Kelly Ken Kenji Kenneth Kevin Khalid Kiran Klaus Kofi Krishna Kristen Kumar Kwame Lakshmi Larry Lars Laura Lauren
  Laurence Layla Leah Lena Leo Leon Leonard Leonardo Leslie Li Liam Lila Lillian Linda Linh Lisa Liz Louise Luca Lucas
  Lucia Lucy Luis Luisa Lydia Magdalena Mahmoud Manuel Marco Marcus Margaret Maria Mariam Marianne Marie Marina Mario
  Marion Martha Martin Martina Marvin Mary Matthew Maureen Maurice Max Maya Meera Megan Mehmet Mei Melanie Melissa Mercy
  Mia Michael Michel Michelle Miguel Mika Mike Mina Ming Minh Miriam Mohamed Mohammad Mohammed Mohan Moira Molly Monica
  Muhammad Nadia Nancy Naomi Natalia Natalie Natasha Nathan Neil Nguyen Nicholas Nick Nicola Nicole Nikolai Nina Noah Noor
  Nora Norma Norman Olga Oliver Olivia Omar Oscar Otto Owen Pablo Pamela Patricia Patrick Paul Paula Paulo Pedro Peggy
  Penelope Pete Peter Petra Philip Phillip Pierre Priya Rachel Rafael Rahul Raj Rajesh Ralph Ramesh Ramon Rani Raquel
  Ravi Raymond Rebecca Rekha Ricardo Richard Rita Robert Roberto Robin Rodrigo Roger Rohan Roland Ronald Rosa Rosalind
  Rosemary Rosie Roy Ruth Ryan Sabrina Sadia Sally Salma Sam Samantha Samira Samuel Sandra Sanjay Sara Sarah Saul Scott
  Sean Sergei Sergio Seth Shannon Sharon Sheila Shirley Shreya Sita Simon Simone Sofia Sonia Sophia Sophie Stefan Stella
  Stephanie Stephen Steve Steven Stuart Sunil Sunita Suresh Susan Susanna Suzanne Svetlana Sven Sylvia Tara Tariq Tatiana
  Ted Teresa Tessa Thandi Thao Theodore Theresa Thomas Tim Timothy Tina Todd Tom Tomas Tony Tracy Tran Trevor Uma Ursula
  Usha Valentina Valerie Vera Veronica Vicki Victor Victoria Vijay Vikram Vincent Violet Vivian Vladimir Walter Wanda Wayne
  Wei Wendy William Willie Xavier Yasmin Yolanda Yoko Yuki Yusuf Yvonne Zainab Zara Zoe`);
/** Given names that follow "St." as names of saints. */
export const SAINTS: ReadonlySet<string> = words(`
  Agnes Albert Andrew Anne Anthony Barbara Bernard Catherine Charles Christopher Clara Claire David Edward Elizabeth
  Francis George Helen Helena Henry Isaac James Joan John Jose Joseph Josephine Lawrence Leo Leonard Louis Lucia Lucy
  Margaret Maria Marie Martin Mary Matthew Maurice Michael Michel Monica Nicholas Olga Patrick Paul Peter Philip Pierre
  Raymond Robert Rosa Simon Stephen Teresa Theresa Thomas Ursula Victor Vincent Walter William Xavier`);

/** Forms of companies, and what ends the names of people, streets and cities. */
export const COMPANY_FORMS: ReadonlySet<string> = words('Bhd Cie Co Corp Cos Inc Ltd Plc Pty');
export const NAME_SUFFIXES: ReadonlySet<string> = words('Jr Sr Esq');
export const STREETS: ReadonlySet<string> = words('Ave Blvd Hwy Pkwy Rd Sq');
export const STATES: ReadonlySet<string> = words(`
  Ala Ariz Calif Colo Conn Fla Kan Ky Mass Md Minn Mont Nev Okla Tenn Va Vt Wis Wyo Ont D.C W.Va N.Y N.J N.C S.C N.D S.D
  N.M N.H R.I B.C`);
export const DEGREES: ReadonlySet<string> = words(`
  Ph.D M.D B.A M.A B.S M.S B.Sc M.Sc Ed.D J.D D.D D.D.S D.V.M M.B.A R.N LL.B LL.M LL.D M.Phil M.Ed B.Ed M.Eng B.Eng D.Phil
  D.Sc M.P M.P.H`);
export const DOTTED_PLACES: ReadonlySet<string> = words('U.S U.S.A U.K U.N E.U U.A.E D.C L.A N.Y');

/** Words that go on with a name after an abbreviation that usually ends one: "Luther King Jr. Boulevard". */
export const GOES_ON: ReadonlySet<string> = words(`
  Airport Anderson Apartments Arena Avenue Award Awards Baptist Bldg Blvd Boulevard Bridge Building Bhd Center Centre Chair
  Chapel Church Clinic Co College Company Corp Corporation Courthouse Day Department Drive Elementary Expressway Federal
  Field Foundation Freeway Fund Gallery Gardens General Group Hall High Highway Holdings Hospital Hotel House II III IV
  Inc Incorporated Inn Institute International Intl Jr Junior LLC LLP Lane Library Limited Ltd Mall Market Mausoleum
  Medal Memorial Methodist Middle Museum National Park Parkway Pier Place Plaza Plc Post Presbyterian Prize Pty Road
  School Square Sr St Stadium Station Store Stores Street Studios Synagogue Temple Terminal Theater Theatre Tower Trail
  Trust Tunnel University Way Y`);
