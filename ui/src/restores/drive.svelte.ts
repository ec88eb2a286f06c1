/** Looking on at a drive, and answering what it asks for. */

import {
  commands,
  listen,
  refusalOf,
  type DriveAnswer,
  type DriveShown,
  type Folder,
  type JobEvent,
  type Medium,
  type Refusal,
} from "../ipc/call";

/** What a drive needs of the program. */
export interface DriveBorder {
  chooseFolder(title: string): Promise<Folder | null>;
  open(folder: number, hear: (event: JobEvent<Medium>) => void): Promise<number>;
  watch(medium: number, hear: (shown: DriveShown) => void): Promise<unknown>;
  answer(medium: number, question: number, answer: DriveAnswer): Promise<unknown>;
}

const program: DriveBorder = {
  chooseFolder: (title) => commands.chooseFolder(title),
  open: (folder, hear) => commands.openDrive(folder, listen(hear)),
  watch: (medium, hear) => commands.watchDrive(medium, listen(hear)),
  answer: (medium, question, answer) => commands.answerDrive(medium, question, answer),
};

/** A drive through which the volumes of an archive go one after the other. */
export class Drive {
  /** What it asks for and what it read; nothing until somebody looks on. */
  shown: DriveShown | undefined = $state.raw();
  isOpening = $state(false);
  refusal: Refusal | undefined = $state.raw();
  readonly #border: DriveBorder;
  #medium: number | undefined;

  constructor(border: DriveBorder = program) {
    this.#border = border;
  }

  /** Lets the person choose the drive and opens the archive; its number, once it is open. */
  async open(title: string): Promise<number | undefined> {
    if (this.isOpening) return undefined;
    this.refusal = undefined;
    try {
      const folder = await this.#border.chooseFolder(title);
      if (!folder) return undefined;
      this.isOpening = true;
      const opened = new Promise<Medium>((resolve, reject) => {
        const hear = (event: JobEvent<Medium>) => {
          if (event.is === "done") resolve(event.result);
          if (event.is === "failed") reject(event.refusal as unknown as Error);
        };
        this.#border.open(folder.id, hear).then(() => this.follow(folder.id), reject);
      });
      return (await opened).id;
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
      return undefined;
    } finally {
      this.isOpening = false;
    }
  }

  /** Looks on at the drive that `medium` is. */
  async follow(medium: number): Promise<void> {
    this.#medium = medium;
    try {
      await this.#border.watch(medium, (shown) => {
        if (this.#medium === medium) this.shown = shown;
      });
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
    }
  }

  /** Answers the question that is seen. */
  async answer(answer: DriveAnswer): Promise<void> {
    const question = this.shown?.wanted?.question;
    if (question === undefined || this.#medium === undefined) return;
    try {
      await this.#border.answer(this.#medium, question, answer);
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
    }
  }
}
