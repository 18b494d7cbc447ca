/** `fastserve makemessages`: gathers the messages of a site into catalogues for translators. */
import { relative, resolve } from 'node:path';
import type { Command } from 'commander';
import { makeMessages } from '../extraction/make-messages.ts';

interface MakeMessagesFlags {
  locale: string[];
  directory: string;
  domain: string;
  ignore: string[];
  json?: boolean;
}

const HELP = `
Looks through templates ({% translate %}, {% blocktranslate %}, {{ _("...") }}) and modules (gettext("...") and its kin) below the
directory for messages that are written out, and writes them to <directory>/<language>/LC_MESSAGES/<domain>.po. Translations that are
there stay; those of messages that are gone are kept as comments, and come back with them. Nothing guesses.

A file that is no source of messages and cannot be read as one: leave it out with --ignore.

Examples:
  $ fastserve makemessages --locale de --locale pt-BR
  $ fastserve makemessages                  bring all catalogues up to date
  $ fastserve makemessages --json | jq '.catalogues[] | select(.untranslated > 0)'`;

export function addMakeMessagesCommand(program: Command): void {
  const gather = (value: string, before: string[]): string[] => [...before, value];
  program
    .command('makemessages')
    .summary('gather messages for translators')
    .description('Gather the messages of templates and modules into catalogues for translators.')
    .argument('[dir]', 'the directory of the site', '.')
    .option('-l, --locale <tag>', 'a language; several times for several. Without: those that have a catalogue', gather, [])
    .option('--directory <dir>', 'where the catalogues are, from the site', 'locale')
    .option('--domain <name>', 'name of the catalogues', 'messages')
    .option('-i, --ignore <path>', 'a directory or file that holds no messages, from the site; several times for several', gather, [])
    .option('--json', 'print the result as JSON')
    .addHelpText('after', HELP)
    .action(async (directory: string, { locale, directory: catalogues, ...flags }: MakeMessagesFlags) => {
      const site = resolve(directory);
      const made = await makeMessages({ site, directory: resolve(site, catalogues), languages: locale, domain: flags.domain, ignore: flags.ignore });
      const lines = made.map(
        ({ file, count, added, untranslated, obsolete }) =>
          `${relative(process.cwd(), file)}: ${count} message${count === 1 ? '' : 's'}, ${added} new, ${untranslated} not translated${obsolete === 0 ? '' : `, ${obsolete} no longer used`}\n`,
      );
      process.stdout.write(flags.json === true ? `${JSON.stringify({ catalogues: made })}\n` : lines.join(''));
    });
}
