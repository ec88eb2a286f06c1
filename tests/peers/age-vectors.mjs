// Unpacks the test vectors of the age project (npm `cctv-age`) into a folder, one file each:
// lines `key: value`, an empty line, then the age file, no longer compressed.
//
//   node age-vectors.mjs FOLDER
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { inflateSync } from "node:zlib";
import * as vectors from "cctv-age";

for (const [name, bytes] of Object.entries(vectors)) {
  const vector = Buffer.from(bytes);
  const end = vector.indexOf("\n\n");
  const head = vector.subarray(0, end).toString();
  const file = vector.subarray(end + 2);
  const plain = /^compressed: zlib$/m.test(head) ? inflateSync(file) : file;
  writeFileSync(join(process.argv[2], name), Buffer.concat([Buffer.from(`${head}\n\n`), plain]));
}
