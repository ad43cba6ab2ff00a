/** Source: R4 v3/InformationSensitivityPolicy/vs.html */
import { expect, test } from '@jest/globals';
import { actCodeSystem, sensitivities } from '../../src/access/sensitivities.js';
import { createTerminology } from '../../src/terminology/create-terminology.js';
import { definitions } from '../built-definitions.js';

test('sensitive matters are the selectable codes of InformationSensitivityPolicy', () => {
  const selection = createTerminology(definitions).select('http://terminology.hl7.org/ValueSet/v3-InformationSensitivityPolicy');
  if (!('codes' in selection)) throw new Error(selection[0]);
  const selectable = [...(selection.codes.get(actCodeSystem) ?? [])].filter((code) => !code.startsWith('_'));
  expect(selectable.sort()).toEqual([...sensitivities].sort());
});
