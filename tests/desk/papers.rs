//! Small PDF and Word files, made byte by byte: sound ones, and such as would rather break the reader.

use std::io::Write;

use flate2::{Compression, write::DeflateEncoder, write::ZlibEncoder};

/// The objects of a PDF, numbered from 1, with a table of where they are. The first is its catalog.
pub fn pdf(objects: &[Vec<u8>], trailer: &str) -> Vec<u8> {
    let mut file = b"%PDF-1.7\n".to_vec();
    let mut places = Vec::new();
    for (number, object) in (1..).zip(objects) {
        places.push(file.len());
        file.extend(format!("{number} 0 obj\n").bytes());
        file.extend(object);
        file.extend(b"\nendobj\n");
    }
    let table = file.len();
    file.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for place in places {
        file.extend(format!("{place:010} 00000 n \n").bytes());
    }
    let size = objects.len() + 1;
    file.extend(
        format!("trailer\n<</Size {size}/Root 1 0 R{trailer}>>\nstartxref\n{table}\n%%EOF\n")
            .bytes(),
    );
    file
}

/// A stream of a PDF, as it is.
pub fn stream(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut object = format!("<<{dict}/Length {}>>\nstream\n", data.len()).into_bytes();
    object.extend(data);
    object.extend(b"\nendstream");
    object
}

/// The same, packed.
pub fn packed(dict: &str, data: &[u8]) -> Vec<u8> {
    let mut packer = ZlibEncoder::new(Vec::new(), Compression::fast());
    packer.write_all(data).expect("memory");
    stream(&format!("{dict}/Filter/FlateDecode"), &packer.finish().expect("memory"))
}

/// A page for each of these: lines with their size in points, from the top down.
pub fn paper(pages: &[&[(u32, &str)]]) -> Vec<u8> {
    let kids: String = (0..pages.len()).map(|page| format!("{} 0 R ", 4 + 2 * page)).collect();
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R/Lang(en)>>".to_vec(),
        format!(
            "<</Type/Pages/Count {}/Kids[{kids}]/Resources<</Font<</F 3 0 R>>>>>>",
            pages.len()
        )
        .into_bytes(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>".to_vec(),
    ];
    for (number, lines) in pages.iter().enumerate() {
        let mut content = String::from("BT 1 0 0 1 60 760 Tm\n");
        for (size, line) in *lines {
            content += &format!("/F {size} Tf 0 -{} Td ({line}) Tj\n", size * 5 / 4);
        }
        content += "ET";
        objects.push(
            format!("<</Type/Page/Parent 2 0 R/Contents {} 0 R>>", 5 + 2 * number).into_bytes(),
        );
        objects.push(packed("", content.as_bytes()));
    }
    pdf(&objects, "")
}

/// A PDF of one page with these resources and this content.
pub fn page(resources: &str, content: &[u8], more: &[Vec<u8>]) -> Vec<u8> {
    let mut objects = vec![
        b"<</Type/Catalog/Pages 2 0 R>>".to_vec(),
        b"<</Type/Pages/Count 1/Kids[3 0 R]>>".to_vec(),
        format!("<</Type/Page/Parent 2 0 R/Contents 4 0 R/Resources<<{resources}>>>>").into_bytes(),
        packed("", content),
    ];
    objects.extend_from_slice(more);
    pdf(&objects, "")
}

/// A zip archive of these parts.
pub fn archive(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let (mut file, mut directory) = (Vec::new(), Vec::new());
    for (name, data) in parts {
        let mut packer = DeflateEncoder::new(Vec::new(), Compression::fast());
        packer.write_all(data).expect("memory");
        let packed = packer.finish().expect("memory");
        let mut head = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        head.extend(u32::try_from(packed.len()).expect("a small file").to_le_bytes());
        head.extend(u32::try_from(data.len()).expect("a small file").to_le_bytes());
        head.extend(u16::try_from(name.len()).expect("a short name").to_le_bytes());
        head.extend([0, 0]);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(u32::try_from(file.len()).expect("a small file").to_le_bytes());
        directory.extend(name.bytes());
        file.extend(b"PK\x03\x04");
        file.extend(&head);
        file.extend(name.bytes());
        file.extend(packed);
    }
    let start = u32::try_from(file.len()).expect("a small file").to_le_bytes();
    let count = u16::try_from(parts.len()).expect("few").to_le_bytes();
    let size = u32::try_from(directory.len()).expect("a small file").to_le_bytes();
    file.extend(directory);
    file.extend(b"PK\x05\x06\0\0\0\0");
    for field in [count.as_slice(), &count, &size, &start, &[0, 0]] {
        file.extend(field);
    }
    file
}

/// A Word document with this body.
pub fn word(body: &str) -> Vec<u8> {
    let document = format!(
        "<?xml version=\"1.0\"?><w:document xmlns:w=\"w\" xmlns:r=\"r\"><w:body>{body}</w:body></w:document>"
    );
    let styles = "<w:styles><w:style w:styleId=\"H1\"><w:name w:val=\"heading 1\"/></w:style>\
        <w:style w:styleId=\"Mine\"><w:basedOn w:val=\"H1\"/></w:style></w:styles>";
    let lists = "<w:numbering><w:abstractNum w:abstractNumId=\"7\"><w:lvl w:ilvl=\"0\"><w:numFmt w:val=\"decimal\"/></w:lvl>\
        </w:abstractNum><w:num w:numId=\"2\"><w:abstractNumId w:val=\"7\"/></w:num></w:numbering>";
    let links = "<Relationships><Relationship Id=\"r1\" Target=\"https://x.example/book\"/></Relationships>";
    archive(&[
        ("word/document.xml", document.as_bytes()),
        ("word/styles.xml", styles.as_bytes()),
        ("word/numbering.xml", lists.as_bytes()),
        ("word/_rels/document.xml.rels", links.as_bytes()),
        ("docProps/core.xml", b"<cp><dc:title>Workshop &amp; more</dc:title></cp>"),
    ])
}

/// A paragraph of Word; `marks` are its properties.
pub fn paragraph(marks: &str, text: &str) -> String {
    format!("<w:p><w:pPr>{marks}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>")
}
