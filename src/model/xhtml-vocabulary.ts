/**
 * What narrative may be written with: the elements of HTML 4.0 chapters 7–11 (without section 9.4) and 15, links and images; no
 * scripts, forms, frames, events or external styles. Source: R4 narrative.html#xhtml
 */

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(' '));
}

export const elements = words(
  'div p br h1 h2 h3 h4 h5 h6 a span b em i strong small big tt dfn q var abbr acronym cite blockquote hr address bdo kbd code samp ' +
    'sub sup ul ol li dl dt dd pre table caption colgroup col thead tbody tfoot tr th td img s u strike font center map area',
);

export const attributes = words(
  'xmlns title style class id idref lang xml:lang xml:space dir accesskey tabindex href name rel rev hreflang charset type shape coords src ' +
    'alt longdesc height width usemap ismap border summary frame rules cellspacing cellpadding align valign char charoff abbr axis ' +
    'headers scope rowspan colspan span cite bgcolor nowrap start value compact clear size noshade color face hspace vspace nohref',
);

/** Attributes that lead somewhere. */
export const links = words('href src cite longdesc usemap');

/** XML's own. R4 has no HTML entities: the characters themselves are to be written. */
export const entities = words('lt gt amp quot apos');
