/** Who asks, as a verified token tells: what the access of a request is compiled from, what the audit names and what limits count by. */
export interface Principal {
  /** The client's id. */
  readonly client: string;
  /** The account's id; absent where a system acts for itself. */
  readonly account?: string;
  /** What the person is called, for the audit alone. */
  readonly name?: string;
  /** `Practitioner/1`, `Patient/1`, `RelatedPerson/1` */
  readonly fhirUser?: string;
  /** Ids of Patients whose guardian the account is, or who it is itself. */
  readonly patients?: readonly string[];
  /** Of the policy: the account's, or the client's where a system acts for itself. */
  readonly role: string;
  /** Id of an Organization. */
  readonly institution?: string;
  /** As the token has them, separated by spaces. */
  readonly scope: string;
  /** Ids of the launch context. */
  readonly patient?: string;
  readonly encounter?: string;
  /** The glass was broken: why, in the user's words, and the code of v3-ActReason. */
  readonly emergency?: { readonly reason: string; readonly purpose: string };
  /** Of the token: never the token itself. */
  readonly tokenId: string;
  readonly grant?: string;
  readonly issuer: string;
  /** Milliseconds UTC. */
  readonly expires: number;
}
