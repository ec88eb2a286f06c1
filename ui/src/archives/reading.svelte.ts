/** Reading archives and documents of the vault that the window shows. */

import {
  commands,
  refusalOf,
  type Archive,
  type Document,
  type Medium,
  type Refusal,
} from "../ipc/call";

/** What reading archives needs of the program. */
export interface ArchivesBorder {
  archives(): Promise<Archive[]>;
  documents(): Promise<Document[]>;
  lookAt(medium: number): Promise<Medium>;
}

const program: ArchivesBorder = {
  archives: () => commands.archives(),
  documents: () => commands.documents(),
  lookAt: (medium) => commands.lookAt(medium),
};

/** Archives and documents as their page shows them. */
export class ArchivesReading {
  /** The newest first; nothing until they were read. */
  archives: readonly Archive[] | undefined = $state.raw();
  documents: readonly Document[] | undefined = $state.raw();
  /** The medium of the archive that is looked at, if it is here and can be read. */
  medium: Medium | undefined = $state.raw();
  refusal: Refusal | undefined = $state.raw();
  readonly #border: ArchivesBorder;

  constructor(border: ArchivesBorder = program) {
    this.#border = border;
  }

  /** Reads them. */
  async start(): Promise<void> {
    await this.#try(async () => {
      [this.archives, this.documents] = await Promise.all([
        this.#border.archives(),
        this.#border.documents(),
      ]);
    });
  }

  /** Looks at the medium of an archive, if it is here. */
  async lookAt(archive: Archive | undefined): Promise<void> {
    this.medium = undefined;
    const medium = archive?.medium ?? undefined;
    if (medium === undefined) return;
    await this.#try(async () => (this.medium = await this.#border.lookAt(medium)));
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      this.refusal = undefined;
      await work();
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
    }
  }
}
