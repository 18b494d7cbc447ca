/** What visitors send, and what it must be: one schema a form. The messages stand beside the inputs, so they say what to do. */
import { UploadedFile } from 'fastserve';
import * as v from 'valibot';
import { MAX_FLAG_BYTES, readImage } from './flag-image.ts';

const line = (least: number, most: number, name: string) =>
  v.pipe(
    v.string(`Fill in ${name}.`),
    v.trim(),
    v.minLength(least, least === 1 ? `Fill in ${name}.` : `Use at least ${least} characters.`),
    v.maxLength(most, `Use at most ${most} characters.`),
  );

const password = v.pipe(v.string('Choose a password.'), v.minLength(10, 'Use at least 10 characters.'), v.maxLength(200, 'Use at most 200 characters.'));

export const RegisterForm = v.pipe(
  v.object({
    name: v.pipe(line(3, 30, 'a name'), v.regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]*$/u, 'Use letters, digits, spaces and . _ -, with a letter or digit first.')),
    password,
    again: v.string('Type the password again.'),
  }),
  v.forward(v.partialCheck([['password'], ['again']], ({ password, again }) => password === again, 'The two passwords differ.'), ['again']),
);

export const LoginForm = v.object({
  name: v.pipe(v.string('Fill in your name.'), v.trim(), v.nonEmpty('Fill in your name.')),
  password: v.pipe(v.string('Fill in your password.'), v.nonEmpty('Fill in your password.')),
});

export const NoteForm = v.object({
  title: line(1, 80, 'a title'),
  body: line(20, 2000, 'your note'),
  rating: v.pipe(v.string('Choose a rating.'), v.regex(/^[1-5]$/, 'Choose a rating from 1 to 5.'), v.transform(Number)),
});

/** `flag` becomes { file, image }: the upload, and what its bytes turned out to be. */
export const FlagForm = v.objectAsync({
  flag: v.pipeAsync(
    v.instance(UploadedFile, 'Choose a picture.'),
    v.check((file) => file.size > 0, 'Choose a picture.'),
    v.check((file) => file.size <= MAX_FLAG_BYTES, `Choose a picture of at most ${MAX_FLAG_BYTES / 1024} KB.`),
    v.rawTransformAsync(async ({ dataset, addIssue, NEVER }) => {
      const image = readImage(await dataset.value.bytes());
      if (typeof image !== 'string') return { file: dataset.value, image };
      addIssue({ message: image });
      return NEVER;
    }),
  ),
});

export const NotesQuery = v.object({
  q: v.optional(v.pipe(v.string('Ask for one thing at a time.'), v.trim(), v.maxLength(60, 'Use at most 60 characters.')), ''),
  page: v.optional(v.string()),
});
