"""Which encoding a text is in, told from its bytes by the letters it would hold, or refused."""

import pytest

from survey.text import decode

FOUND = {
    "French": ("été «\xa0oui\xa0»\nprivé,l’école\n", "windows-1252"),
    "German": ("Größe,Straße\nfür,über\n", "windows-1252"),
    "Portuguese": ("Opção,Não\nação,região\n", "windows-1252"),
    "Portuguese in capitals": ("SATISFAÇÃO,NÃO\nOPÇÕES,1\n", "windows-1252"),
    "Spanish": ("¿Qué?,¡Sí, señor!\nniño,año\n", "windows-1252"),
    "Swedish": ("Årsta,Östermalm\nmåndag,på\n", "windows-1252"),
    "English with typographic quotes": ("“Good”,it’s\n“OK”,—\n", "windows-1252"),
    "English with Chinese quotes": ("“Good”,its\n“OK”,—\n", "gb18030"),
    "Chinese": ("城市,满意吗？\n北,“好”—是\n", "gb18030"),
    "English with one Chinese answer": ("a,b\nOther,担心生病传染\nx,y\n", "gb18030"),
    "with signs of four bytes": ("a,\ufeffb\nOther,担心生病\n\u200bx,😀\n", "gb18030"),
    "one Chinese character alone": ("Yes,b\nNo,好\n", "gb18030"),
}


@pytest.mark.parametrize("name", FOUND)
def test_the_letters_tell_the_encoding(name):
    text, encoding = FOUND[name]
    assert decode(text.encode(encoding)) == (text, encoding)


@pytest.mark.parametrize(
    ("text", "encoding"),
    [("學校,國家\n滿意,不滿意\n", "gb18030"), ("學校,國家\n滿意,不滿意\n", "big5"),
     ("你好,中文\n是,否\n", "big5"), ("A类,B类\nB类,A类\n", "gb18030"), ("喆,b\n1,2\n", "gb18030"),
     ("ウィザード,学校\nはい,いいえ\n", "shift_jis")],
)  # fmt: skip
def test_what_is_neither_or_both_is_in_no_encoding(text, encoding):
    assert decode(text.encode(encoding)) is None
