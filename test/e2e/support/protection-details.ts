import type { Person } from '../../../sandbox/synapse/person.js';
import { waitFor } from '../../../sandbox/wait.js';
import type { Play } from './protection-play.js';
import { Place } from './protection-scene.js';

/** What tests of single protections need, in a room in which none is on. */
export class Details {
  readonly lobby: Place & { redacted: (eventId: string) => Promise<unknown> };

  constructor(private readonly play: Play) {
    const place = new Place(play.stage, play.stage.lobby);
    const redacted = (eventId: string) =>
      waitFor(() => place.isRedacted(eventId), { what: `${eventId} to be redacted`, everyMs: 200 });
    this.lobby = Object.assign(place, { redacted });
  }

  readonly say = (line: string): Promise<string> => this.play.say(line);

  readonly newcomer = async (): Promise<Person> => {
    const person = await this.play.somebody();
    await person.join(this.play.stage.lobby);
    return person;
  };
}
