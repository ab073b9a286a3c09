/** What the Bicep compiler says of the parameters of infra/main.bicep: there is no compiler without a network. */
import { at, declarations, literalOf, parse, textOf } from '../infra/bicep.ts';

const root = parse(textOf('infra/main.bicep'));

/** By name: the type as Azure Resource Manager calls it, and the default unless there is none. */
export const PARAMETERS: Readonly<Record<string, { type: string; defaultValue?: unknown }>> = Object.fromEntries(
  declarations(root)
    .filter(({ kind }) => kind === 'parameter')
    .map(({ name, node }) => {
      const type = new RegExp(`^param ${name} (\\w+(\\[\\])?)`, 'm').exec(node.text)?.[1] ?? '';
      const defaultValue = literalOf(at(root, name));
      return [
        name,
        { type: type.endsWith('[]') ? 'array' : type, ...(defaultValue === undefined ? {} : { defaultValue }) },
      ];
    }),
);
