import type { Tagger } from '#tagging/tagger/entity.js';

/**
 * A probe of what no corpus tells: are people found alike whatever language their name comes from? Every name is put into
 * every sentence; it counts as found if exactly it is tagged PER. Names were made up from common given names and surnames.
 */
const SENTENCES = [
  '{} called this morning.',
  'We spoke with {} about the new bridge.',
  'The prize went to {}, who thanked the team.',
  'According to {}, nobody was hurt.',
  'I asked {} to bring the keys.',
];

const NAMES = {
  English: ['Emily Carter', 'Jack Thompson', 'Oliver Hughes', 'Grace Bennett', 'Harry Wilson', 'Lucy Edwards'],
  'African American': [
    'DeShawn Jackson',
    'Latoya Washington',
    'Tyrone Booker',
    'Keisha Banks',
    'Jamal Jefferson',
    'Aaliyah Brooks',
  ],
  German: ['Jürgen Vogel', 'Annika Schäfer', 'Klaus Becker', 'Ute Zimmermann', 'Lukas Braun', 'Heike Lorenz'],
  Spanish: ['Lucía Fernández', 'Javier Morales', 'Ximena Ortega', 'Diego Castillo', 'Rocío Navarro', 'Álvaro Peña'],
  Polish: ['Agnieszka Nowak', 'Tomasz Wójcik', 'Małgorzata Zielińska', 'Piotr Mazur', 'Ewa Król', 'Krzysztof Duda'],
  Arabic: ['Fatima al-Masri', 'Khalid Haddad', 'Layla Nasser', 'Omar Farouk', 'Yusuf Mansour', 'Amina Khoury'],
  Yoruba: ['Adebayo Ogunleye', 'Folake Adeyemi', 'Olumide Balogun', 'Temitope Akande', 'Yetunde Afolabi', 'Segun Ojo'],
  Hindi: ['Priya Sharma', 'Rajesh Verma', 'Anjali Gupta', 'Vikram Chauhan', 'Sunita Yadav', 'Arjun Mishra'],
  Chinese: ['Wang Xiuying', 'Li Qiang', 'Zhang Wei', 'Chen Jingyi', 'Zhao Min', 'Liu Haoran'],
  Vietnamese: ['Nguyen Thi Lan', 'Tran Van Minh', 'Pham Quoc Huy', 'Le Thu Trang', 'Hoang Duc Anh', 'Vo Kim Ngan'],
  Japanese: ['Haruka Tanaka', 'Kenji Watanabe', 'Yuki Kobayashi', 'Takeshi Mori', 'Sakura Ishikawa', 'Daiki Inoue'],
  Turkish: ['Ayşe Yılmaz', 'Mehmet Kaya', 'Elif Demir', 'Emre Çelik', 'Zeynep Şahin', 'Burak Arslan'],
};

/** How many of the names of one origin were found. */
export interface OriginFigures {
  readonly origin: string;
  readonly names: number;
  readonly recall: number;
}

export function measureOrigins(tagger: Tagger): OriginFigures[] {
  return Object.entries(NAMES).map(([origin, names]) => {
    const found = names.flatMap((name) =>
      SENTENCES.map((sentence) => {
        const { entities } = tagger.tag(sentence.replace('{}', name));
        return entities.some(({ text, label }) => text === name && label === 'PER');
      }),
    );
    return { origin, names: found.length, recall: found.filter(Boolean).length / found.length };
  });
}
