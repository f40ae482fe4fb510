// Every state as a picture under tests/shots/, where a person can look; and the languages.
import test, { after, before } from 'node:test';
import assert from 'node:assert/strict';
import { lent } from './harness.mjs';
import { load } from '../js/widget.mjs';

const desk = lent({ before, after });
const DESKTOP = { viewport: { width: 1280, height: 800 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 };
const changes = ({ agent }) => {
  agent.starter_prompts = ['How long does shipping take?', 'What is your return policy?', 'When is the shop open?'];
  agent.theme = { ...agent.theme, primary: '#0f766e', accent: '#0f766e' };
};
const QUESTIONS = { en: 'How many days do I have to return an item?', ar: 'How long does shipping take?', de: 'How long does shipping take?' };

for (const [size, device] of Object.entries({ desktop: DESKTOP, phone: PHONE })) {
  for (const colorScheme of ['light', 'dark']) {
    for (const lang of colorScheme === 'light' ? ['en', 'ar'] : ['en']) {
      test(`${size}, ${colorScheme}, ${lang}`, async () => {
        const { it } = desk;
        const visitor = await it.visitor({ ...device, colorScheme, changes });
        const name = [size, colorScheme, lang].join('-');
        await visitor.page.goto(it.page('/' + name, { lang }));
        await visitor.launcher.waitFor();
        await visitor.shot(name + '-1-launcher');
        await visitor.opens();
        await visitor.widget.locator('.chip').first().waitFor();
        await visitor.shot(name + '-2-greeting');
        await visitor.asks(QUESTIONS[lang]);
        await visitor.answered();
        await visitor.widget.locator('.tools').waitFor();
        await visitor.shot(name + '-3-answer');
        await visitor.widget.locator('header .icon').first().click();
        await visitor.widget.locator('.menu').waitFor();
        await visitor.shot(name + '-4-menu');
        assert.equal(await visitor.panel.getAttribute('dir'), lang === 'ar' ? 'rtl' : 'ltr');
        await visitor.leaves();
      });
    }
  }
}

test('each language is chosen from the tag, then the page, and loaded once', async () => {
  const { it } = desk;
  for (const [attributes, lang, placeholder] of [['', 'de-AT', 'Frage stellen …'], ['data-locale="fr"', 'de', 'Posez une question…'], ['', 'ja', '質問を入力…'], ['', 'xx', 'Ask a question…']]) {
    const visitor = await it.visitor();
    const from = it.line.asked.length;
    await visitor.opens(it.page('/language', { attributes, lang }));
    assert.equal(await visitor.input.getAttribute('placeholder'), placeholder);
    assert.ok(it.line.asked.slice(from).filter((line) => line.includes('/lang/')).length <= 1);
    await visitor.leaves();
  }
});

test('the owner’s own words are used', async () => {
  const { it } = desk;
  const visitor = await it.visitor({ changes: (data) => { data.strings = { greeting: 'Ahoy!', placeholder: 'Signal us' }; } });
  await visitor.opens(it.page('/'));
  await visitor.widget.getByText('Ahoy!').waitFor();
  assert.equal(await visitor.input.getAttribute('placeholder'), 'Signal us');
  await visitor.leaves();
});

test('words longer than a line are broken, on the launcher, in prompts and in a form', async () => {
  const { it } = desk;
  const long = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabteilungsleitung';
  const visitor = await it.visitor({ ...PHONE, viewport: { width: 320, height: 568 }, changes: ({ agent }) => {
    agent.starter_prompts = [`What is ${long}?`];
    agent.theme = { ...agent.theme, launcher_label: long };
    agent.lead_form = { fields: [{ name: 'email', label: long, type: 'email', required: true }] };
  } });
  const spills = () => visitor.widget.evaluate((host) => [...host.shadowRoot.querySelectorAll('*')].filter((e) => {
    const { left, right, width } = e.getBoundingClientRect();
    return width > 1 && (left < 0 || right > innerWidth);
  }).map((e) => e.outerHTML.slice(0, 80)));
  await visitor.page.goto(it.page('/words'));
  await visitor.launcher.waitFor();
  assert.deepEqual(await spills(), []);
  await visitor.opens();
  await visitor.widget.locator('.chip').waitFor();
  assert.deepEqual(await spills(), []);
  await visitor.page.evaluate(() => FrontDesk.lead());
  await visitor.widget.locator('.card').waitFor();
  assert.deepEqual(await spills(), []);
  await visitor.shot('words');
  await visitor.leaves();
});

test('a teaser keeps its words off its edges, whichever way they and the page run', async () => {
  const { it } = desk;
  for (const [lang, text] of [['en', 'Questions about prices?'], ['ar', 'Questions about prices?'], ['ar', 'هل لديك أسئلة؟'], ['en', 'هل لديك أسئلة؟']]) {
    const visitor = await it.visitor({ changes: (data) => { data.behavior_rules = [{ id: 'r', conditions: [], actions: [{ kind: 'teaser', text }] }]; } });
    await visitor.page.goto(it.page('/teaser', { lang }));
    const teaser = visitor.widget.locator('.teaser');
    await teaser.waitFor();
    const gaps = await teaser.evaluate((e) => {
      const range = document.createRange();
      range.selectNodeContents(e.querySelector('.say'));
      const [inner, outer] = [range, e].map((one) => one.getBoundingClientRect());
      return [inner.left - outer.left, outer.right - inner.right];
    });
    assert.ok(Math.min(...gaps) >= 12, `${lang} ${text}: ${gaps}`);
    await visitor.leaves();
  }
});

test('a colour that cannot be read on white is made readable', async () => {
  const { it } = desk;
  const visitor = await it.visitor({ changes: ({ agent }) => { agent.theme = { ...agent.theme, primary: '#fde047', accent: '#fef08a', radius: 0 }; } });
  await visitor.opens(it.page('/yellow'));
  await visitor.asks(QUESTIONS.en);
  await visitor.answered();
  await visitor.shot('theme-yellow');
  assert.equal(await visitor.launcher.evaluate((e) => getComputedStyle(e).color), 'rgb(0, 0, 0)');
  await visitor.leaves();
});

test('a launcher of the page’s own black stands out on a dark page', async () => {
  const { it } = desk;
  const { contrast, mix } = await load('contrast.js');
  const visitor = await it.visitor({ changes: ({ agent }) => { agent.theme.primary = '#111111'; } });
  await visitor.page.goto(it.page('/black', { head: '<style>body { background: #111; color: #eee }</style>' }));
  await visitor.launcher.waitFor();
  const [, alpha] = /^rgba\(255, 255, 255, ([\d.]+)\) 0px 0px 0px 1px/.exec(await visitor.launcher.evaluate((e) => getComputedStyle(e).boxShadow));
  const ring = mix('#111111', '#ffffff', Number(alpha));
  assert.ok(contrast(ring, '#111111') >= 3, `${ring} on #111`);
  await visitor.shot('launcher-black');
  await visitor.leaves();
});
