import { describe, expect, test } from 'vitest'
import { deepHeadings, headlessTables, longParagraphs } from './documents/prose.ts'
import { documents, readDocument } from './documents/read-documents.ts'

/** Of a flow's section below its heading. */
const MOST_LINES = 12

describe.each(documents.filter((name) => name.endsWith('.md')))('%s', (document) => {
  test('its paragraphs, items and cells, each by its words, are short', () => {
    expect(longParagraphs(readDocument(document))).toEqual([])
  })

  test('its tables, each by its head, are shown as tables', () => {
    expect(headlessTables(readDocument(document))).toEqual([])
  })

  test('its headings, by their level, are flat', () => {
    expect(deepHeadings(readDocument(document))).toEqual([])
  })
})

describe('docs/architecture.md', () => {
  test('its flows, each with its picture, fit on a screen', () => {
    const sections = readDocument('docs/architecture.md').split(/^## /m)
    const flows = sections.slice(1).filter((section) => section.includes('sequenceDiagram'))
    const long = flows.filter((flow) => flow.split('\n').filter(Boolean).length > MOST_LINES + 1)

    expect(flows.length).toBeGreaterThan(5)
    expect(long).toEqual([])
  })

  test('its pictures, by their lines, have no character that ends a statement', () => {
    const pictures = readDocument('docs/architecture.md').match(/^```mermaid$[\s\S]*?^```$/gm) ?? []

    expect(pictures.filter((picture) => /[;#]/.test(picture))).toEqual([])
  })
})

describe('a document', () => {
  const words = (count: number) => Array.from({ length: count }, () => 'word').join(' ')

  test.each([
    ['a paragraph', `${words(91)}\n\nshort`],
    ['a paragraph over two lines', `short\n\n${words(45)}\n${words(46)}`],
    ['an item', `- short\n- ${words(90)}`],
    ['a numbered item', `1. short\n2. ${words(90)}`],
    ['a cell', `| a | b |\n|---|---|\n| short | ${words(91)} |`],
  ])('with %s that is too long, is found', (_what, text) => {
    expect(longParagraphs(text)).toHaveLength(1)
  })

  test('with a long list, table or block of code, has no long paragraph', () => {
    const text = [
      `${words(80)}\n- ${words(80)}\n- ${words(80)}`,
      `| ${words(80)} | ${words(80)} |\n|---|---|\n| ${words(80)} | |`,
      `\`\`\`\n${words(200)}\n\`\`\``,
    ].join('\n\n')

    expect(longParagraphs(text)).toEqual([])
  })

  test('with a table that an empty line cuts, is found', () => {
    expect(headlessTables('| a |\n|---|\n| 1 |\n\n| 2 |\n| 3 |\n\ntext')).toEqual(['| 2 |'])
  })

  test('with a heading of the fourth level, outside of code, is found', () => {
    expect(deepHeadings('### three\n#### four\n```\n#### code\n```')).toEqual(['#### four'])
  })
})
