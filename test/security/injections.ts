/** Words that a database, a prototype or a regular expression might take for more than words. */

/** Each must find nothing, or be refused. */
export const queries: readonly string[] = [
  'identifier[$ne]=x',
  'identifier[$gt]=x',
  'identifier[$regex]=.*',
  'identifier=%7B%22$gt%22:%22%22%7D',
  'identifier=$ne',
  'identifier[]=b-number',
  'name[$where]=1',
  'name=.*',
  'name=%5E',
  'name:contains=.*',
  'name=%25',
  'name:contains=_',
  'name=%27%20OR%20%271%27=%271',
  'name=%27;DROP%20TABLE%20resources;--',
  'identifier=%22%20OR%201=1--',
  'name:exact=Xsecretword%00',
  'name=(a%2B)%2B%24',
  '_id=$ne',
  '_id=%7B%7D',
  '_tag=*',
  'birthdate=$gt',
  'link=%7B%22$ne%22:null%7D',
];

/** Names of parameters that every object has. */
export const inherited: readonly string[] = [
  '__proto__',
  'constructor',
  'prototype',
  'toString',
  'hasOwnProperty',
  'valueOf',
  '__defineGetter__',
  'constructor.prototype',
];

export const bodies: readonly (readonly [string, string])[] = [
  ['an operator in the place of a text', '{"resourceType":"Patient","gender":{"$ne":"male"}}'],
  ['an operator in the place of an id', '{"resourceType":"Patient","id":{"$gt":""}}'],
  ['an operator as a property', '{"resourceType":"Patient","$where":"sleep(1000)"}'],
  ['an operator inside', '{"resourceType":"Patient","name":[{"$set":{"text":"x"}}]}'],
  ['a dotted property', '{"resourceType":"Patient","meta.tag":[{"code":"x"}]}'],
  [
    'a prototype',
    '{"resourceType":"Observation","__proto__":{"polluted":true},"status":"final","code":{"text":"x"},"subject":{"reference":"Patient/a"}}',
  ],
  [
    'a prototype inside',
    '{"resourceType":"Observation","status":"final","code":{"text":"x","__proto__":{"polluted":true}},"subject":{"reference":"Patient/a"}}',
  ],
  [
    'a constructor',
    '{"resourceType":"Observation","constructor":{"prototype":{"polluted":true}},"status":"final","code":{"text":"x"},"subject":{"reference":"Patient/a"}}',
  ],
  ['a type that every object has', '{"resourceType":"__proto__"}'],
  ['a type that is an operator', '{"resourceType":{"$ne":"Patient"}}'],
  ['a list for a resource', '[{"resourceType":"Patient"}]'],
];
