/** Why no snapshot can be made: what was found, what was expected, and the place in the StructureDefinition. */
import type { Message } from '../../model/message.js';

export interface Reason {
  readonly message: Message;
  /** `StructureDefinition.differential.element[7].min` */
  readonly expression: string;
}

/** Gathers reasons, but no more than anybody would read. */
export class Reasons {
  readonly all: Reason[] = [];
  private readonly atMost = 100;

  add(message: Message, expression: string): void {
    if (this.all.length < this.atMost) this.all.push({ message, expression });
  }

  /** More would not be kept. */
  get isFull(): boolean {
    return this.all.length >= this.atMost;
  }

  /** About one element of the differential. */
  at(element: number, field: string, message: Message): void {
    this.add(message, `StructureDefinition.differential.element[${element}]${field === '' ? '' : `.${field}`}`);
  }
}
