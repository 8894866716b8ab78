import test from 'ava';
import { JSDOM } from 'jsdom';
import { html } from '../../../../src/conformance/report/html/markup.ts';

test('text in an attribute stays there, whichever quotes it has', (t) => {
  const text = `" onclick="a" ' onclick='b' > <b>`;
  const { document } = new JSDOM(html`<p title="${text}"></p>`.text).window;
  const element = document.querySelector('p');
  t.deepEqual(element?.getAttributeNames(), ['title']);
  t.is(element?.getAttribute('title'), text);
  t.is(document.querySelector('b'), null);
});

test('markup in markup is not escaped again', (t) => {
  t.is(html`<p>${[html`<b>${'&'}</b>`, html`${1}`]}</p>`.text, '<p><b>&amp;</b>1</p>');
});
