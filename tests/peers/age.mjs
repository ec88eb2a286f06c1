// age by its author in TypeScript (npm `age-encryption`), for comparison with ours.
//
//   node age.mjs encrypt RECIPIENT < plain > file
//   node age.mjs decrypt IDENTITY-FILE < file > plain
//   node age.mjs recipient IDENTITY-FILE > recipient
import { readFileSync } from "node:fs";
import { Decrypter, Encrypter, identityToRecipient } from "age-encryption";

const [verb, argument] = process.argv.slice(2);
const identity = () => readFileSync(argument, "utf8").trim();

if (verb === "encrypt") {
  const encrypter = new Encrypter();
  encrypter.addRecipient(argument);
  process.stdout.write(await encrypter.encrypt(readFileSync(0)));
} else if (verb === "decrypt") {
  const decrypter = new Decrypter();
  decrypter.addIdentity(identity());
  process.stdout.write(await decrypter.decrypt(readFileSync(0)));
} else if (verb === "recipient") {
  process.stdout.write(await identityToRecipient(identity()));
} else {
  throw new Error(`what is ${verb}?`);
}
