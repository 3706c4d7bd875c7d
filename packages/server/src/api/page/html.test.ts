import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { html } from './html.ts';

describe('markup', () => {
  it('has every value escaped, in text and in attributes', () => {
    const hostile = `"><script>alert('x')</script>&`;
    expect(html`<b title="${hostile}">${hostile}</b>`.markup).toBe(
      '<b title="&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;">&quot;&gt;&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;&amp;</b>',
    );
  });

  it('keeps markup within, joins lists, and leaves out what is not there', () => {
    const items = ['a', '<'].map((text) => html`<li>${text}</li>`);
    expect(html`<ul>${items}</ul>${null}${undefined}${false}${0}`.markup).toBe('<ul><li>a</li><li>&lt;</li></ul>0');
  });

  it('lets no character through that could end a text or an attribute', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary-ascii' }), (text) => {
        const written = html`${text}`.markup;
        expect(written).not.toMatch(/[<>"']/);
        expect(written.replace(/&(amp|lt|gt|quot|#39);/g, '')).not.toContain('&');
      }),
    );
  });

  it('shows that a control character was there', () => {
    expect(html`a${'\u0000\u001b[31m\n'}b`.markup).toBe('a\ufffd\ufffd[31m\nb');
  });
});
