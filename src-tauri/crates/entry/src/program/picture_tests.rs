use entry::{Form, Line, Places, Range, Tries};
use quorum::ShareWords;

use super::*;
use crate::asking::{Asking, Key};
use crate::forms;
use crate::type_face::Faces;

const SHARE: &str = "scroll type acrobat echo amazing valid axis romp party duckling froth hour \
    entrance fact regular guilt prisoner dream check kitchen orbit rhythm legs pacific bundle \
    provide width cargo density spark alien evening gross";

fn line(text: &str) -> Line {
    Line::new(text).unwrap()
}

/// A line as long as a line can be.
fn long() -> Line {
    line(&"Wanda Maximiliane von und zu Hohenfels-Waldburg ".repeat(3)[..120].replace("g ", "gx"))
}

fn canvas() -> Canvas {
    Canvas::new(1000, 800, Faces::bundled().unwrap()).unwrap()
}

fn request(form: Form, text: &Line, environment: Environment) -> Request {
    Request::new(text.clone(), environment, text.clone(), form).unwrap()
}

fn drawn(canvas: &mut Canvas, request: &Request, form: &dyn Asking) -> Targets {
    draw(canvas, request, &form.view(), Surroundings::default())
}

fn pixels(canvas: &mut Canvas, request: &Request, form: &dyn Asking) -> Vec<u8> {
    drawn(canvas, request, form);
    canvas.take_pixels(false).to_vec()
}

fn every_form(text: &Line) -> Vec<Form> {
    let range = Range::new(6, 120).unwrap();
    let device = || text.clone();
    vec![
        Form::Pin { device: device(), tries_left: Tries::new(1).unwrap(), range },
        Form::NewPin { device: device(), range },
        Form::NewPuk { device: device(), range },
        Form::Passphrase { range, is_new: true },
        Form::Words { sheet: device() },
        Form::Dice { range },
    ]
}

#[test]
fn the_longest_texts_leave_room_for_what_is_wrong_and_for_the_buttons() {
    for form in every_form(&long()) {
        let request = request(form, &long(), Environment::Drill);
        let form = forms::form_of(&request);
        let mut canvas = canvas();
        let (_, bottom) = {
            drawn(&mut canvas, &request, &*form);
            draw_once(&mut canvas, &request, &form.view(), Surroundings::default())
        };
        assert!(bottom + ROOM + BUTTONS <= canvas.height + 0.5, "{:?}", request.form());
    }
}

#[test]
fn every_target_lies_in_the_picture_and_the_buttons_do_not_overlap() {
    for form in every_form(&line("token 7")) {
        let request = request(form, &line("Ada Kern"), Environment::Production);
        let mut canvas = canvas();
        let targets = drawn(&mut canvas, &request, &*forms::form_of(&request));
        let find = |wanted| targets.iter().find(|(_, control)| *control == wanted).unwrap().0;
        let (cancel, primary) = (find(Control::Cancel), find(Control::Primary));
        assert!(cancel.x + cancel.width < primary.x);
        for (area, control) in &targets {
            let is_inside = area.x >= 0.0 && area.y >= 0.0 && area.x + area.width <= WIDTH;
            assert!(is_inside && area.y + area.height <= canvas.height, "{control:?}");
        }
    }
}

#[test]
fn a_drill_looks_unlike_everything_else_in_both_palettes() {
    for palette in [entry::Palette::Light, entry::Palette::Dark] {
        let appearance = entry::Appearance { palette, size: entry::Size::Window };
        let form = || Form::Words { sheet: line("sheet 1") };
        let band = |environment| {
            let request = request(form(), &line("Ada Kern"), environment);
            let request = request.in_appearance(appearance);
            let pixels = pixels(&mut canvas(), &request, &*forms::form_of(&request));
            // The colours of one row through the middle of the band.
            let row = &pixels[20 * 4000..21 * 4000];
            row.chunks_exact(4).map(<[u8]>::to_vec).collect::<std::collections::BTreeSet<_>>().len()
        };
        assert!(band(Environment::Drill) > 2, "stripes have two colours and the edges between");
        assert_eq!(band(Environment::Production), 1, "an empty margin has one");
    }
}

#[test]
fn covered_words_leave_no_pixel_and_typed_characters_only_dots() {
    let share = ShareWords::parse(SHARE).unwrap();
    let other = ShareWords::parse(&other_share()).unwrap();
    let show = |share: &ShareWords, keys: &[Key]| {
        let person = line("Ada Kern");
        let places = Places::all();
        let environment = Environment::Production;
        let request = Request::show(person.clone(), environment, person, share, places).unwrap();
        let mut form = forms::form_of(&request);
        for key in keys {
            form.press(*key);
        }
        pixels(&mut canvas(), &request, &*form)
    };
    assert!(show(&share, &[]) == show(&other, &[]), "covered shares look the same");
    assert!(show(&share, &[Key::Enter]) != show(&other, &[Key::Enter]), "shown ones do not");
    let back = [Key::Enter, Key::Enter];
    assert!(show(&share, &back) == show(&other, &back), "nor while they are typed back");

    let pin = |text: &str| {
        let form = every_form(&line("token 7")).remove(0);
        let request = request(form, &line("Ada Kern"), Environment::Production);
        let mut form = forms::form_of(&request);
        for character in text.chars() {
            form.press(Key::Char(character));
        }
        pixels(&mut canvas(), &request, &*form)
    };
    assert!(pin("271828") == pin("WWWiii"));
    assert!(pin("271828") != pin("27182"));
}

/// Another share, from the vectors of share-1.
fn other_share() -> String {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/share");
    let shares = std::fs::read_dir(path).unwrap().flatten().map(|entry| entry.path());
    #[expect(clippy::disallowed_methods, reason = "a test reads its vectors")]
    let texts = shares.filter_map(|path| std::fs::read_to_string(path).ok());
    let all: Vec<String> = texts
        .flat_map(|text| text.lines().map(str::to_owned).collect::<Vec<_>>())
        .filter_map(|line| line.strip_prefix("words: ").map(str::to_owned))
        .filter(|words| words != SHARE && ShareWords::parse(words).is_ok())
        .collect();
    all.into_iter().next().unwrap()
}

#[test]
fn a_picture_that_was_shown_is_wiped() {
    let request = request(every_form(&line("token 7")).remove(3), &long(), Environment::Drill);
    let mut canvas = canvas();
    assert!(pixels(&mut canvas, &request, &*forms::form_of(&request)).iter().any(|b| *b != 0));
    assert!(canvas.take_pixels(false).iter().all(|byte| *byte == 0));
}
