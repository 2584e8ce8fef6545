//! A browser without JavaScript: it keeps cookies, fills in the forms of the page that it shows, and sends them with all
//! their hidden fields.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use lol_html::{HtmlRewriter, Settings, element, text};

use crate::support::comments::{PAGE, escaped};
use crate::support::sign_in::{OWN, SITE};
use crate::support::{Answer, TestApp};

/// A form: where it goes, and its fields with their values.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Its address.
    pub action: String,
    /// Its fields.
    pub fields: BTreeMap<String, String>,
}

impl Form {
    /// The same with this in a field.
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.fields.insert(name.to_owned(), value.to_owned());
        self
    }
    /// The same without a field.
    pub fn without(mut self, name: &str) -> Self {
        assert!(self.fields.remove(name).is_some(), "no field {name}");
        self
    }
    /// The same by the button that leads elsewhere.
    pub fn by(mut self, what: &str) -> Self {
        let place = self.action.split_once('?').unwrap().1.to_owned();
        self.action = format!("/sites/{SITE}/{what}?{place}");
        self
    }
    /// The body that a browser sends.
    pub fn body(&self) -> String {
        url::form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.fields)
            .finish()
    }
}

fn unescaped(text: &str) -> String {
    // The ampersand last: what was written as a reference stays one.
    text.replace("&#60;", "<")
        .replace("&#62;", ">")
        .replace("&#34;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&")
        .replace("&#38;", "&")
}

/// The forms of a page.
pub fn forms(html: &str) -> Vec<Form> {
    let forms: Rc<RefCell<Vec<Form>>> = Rc::default();
    let area: Rc<RefCell<String>> = Rc::default();
    let settings = Settings::new()
        .append_element_content_handler(element!("form", |form| {
            assert_eq!(form.get_attribute("method").as_deref(), Some("post"));
            forms.borrow_mut().push(Form {
                action: unescaped(&form.get_attribute("action").unwrap()),
                fields: BTreeMap::new(),
            });
            Ok(())
        }))
        .append_element_content_handler(element!("form input, form textarea", |input| {
            let name = input.get_attribute("name").unwrap();
            let radio = input.get_attribute("type").as_deref() == Some("radio");
            let value = unescaped(&input.get_attribute("value").unwrap_or_default());
            area.borrow_mut().clone_from(&name);
            if !radio || input.has_attribute("checked") {
                forms.borrow_mut().last_mut().unwrap().fields.insert(name, value);
            }
            Ok(())
        }))
        .append_element_content_handler(text!("form textarea", |chunk| {
            let mut forms = forms.borrow_mut();
            let fields = &mut forms.last_mut().unwrap().fields;
            fields
                .get_mut(&*area.borrow())
                .unwrap()
                .push_str(&unescaped(chunk.as_str()));
            Ok(())
        }));
    let mut rewriter = HtmlRewriter::new(settings, |_: &[u8]| {});
    rewriter.write(html.as_bytes()).unwrap();
    rewriter.end().unwrap();
    let mut forms = forms.take();
    for form in &mut forms {
        for value in form.fields.values_mut() {
            // The parser's own: a line break that opens a textarea is no text.
            if let Some(rest) = value.strip_prefix('\n') {
                *value = rest.to_owned();
            }
        }
    }
    forms
}

/// The form of a page whose address ends so before its query.
#[track_caller]
pub fn form(answer: &Answer, what: &str) -> Form {
    let html = answer.text();
    let found = forms(&html).into_iter().find(|form| {
        let path = form.action.split('?').next().unwrap();
        path.ends_with(what)
    });
    found.unwrap_or_else(|| panic!("no form to {what} in {html}"))
}

/// Somebody at a browser.
pub struct Browser<'a> {
    app: &'a TestApp,
    cookie: RefCell<Option<String>>,
}

/// Where the comments on a page are.
pub fn comments_address(page: &str) -> String {
    format!("/sites/{SITE}/comments?page={}", escaped(page))
}

impl<'a> Browser<'a> {
    /// Without cookies.
    pub fn new(app: &'a TestApp) -> Self {
        Self {
            app,
            cookie: RefCell::default(),
        }
    }

    /// The session's cookie.
    pub fn cookie(&self) -> Option<String> {
        self.cookie.borrow().clone()
    }

    fn heed(&self, answer: &Answer) {
        let set = answer.header("set-cookie");
        if let Some(value) = set.strip_prefix("hustings-ward-news=") {
            let value = value.split(';').next().unwrap();
            *self.cookie.borrow_mut() = (!value.is_empty()).then(|| value.to_owned());
        }
    }

    /// Opens an address.
    pub async fn open(&self, address: &str) -> Answer {
        let address = address.split('#').next().unwrap();
        let mut request = self.app.get(address).header("Accept", "text/html");
        if let Some(cookie) = self.cookie() {
            request = request.cookie("hustings-ward-news", &cookie);
        }
        let answer = request.send().await;
        self.heed(&answer);
        answer
    }

    /// Sends a form from a page of this origin.
    pub async fn send_from(&self, origin: &str, form: &Form) -> Answer {
        let mut request = self
            .app
            .post(&form.action)
            .origin(origin)
            .body("application/x-www-form-urlencoded", form.body());
        if let Some(cookie) = self.cookie() {
            request = request.cookie("hustings-ward-news", &cookie);
        }
        let answer = request.send().await;
        self.heed(&answer);
        answer
    }

    /// Sends a form.
    pub async fn send(&self, form: &Form) -> Answer {
        self.send_from(OWN, form).await
    }

    /// Sends a form that leads on, and opens what it leads to.
    #[track_caller]
    pub fn follow(&self, form: &Form) -> impl Future<Output = Answer> {
        let caller = std::panic::Location::caller();
        async move {
            let answer = self.send(form).await;
            assert_eq!(answer.status, 303, "{caller}: {}", answer.text());
            let shown = self.open(answer.header("location")).await;
            assert_eq!(shown.status, 200, "{caller}: {}", shown.text());
            shown
        }
    }

    /// The page of comments.
    pub async fn comments(&self) -> Answer {
        let answer = self.open(&comments_address(PAGE)).await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer
    }

    /// Writes without being signed in, up to the form for the code.
    pub async fn write(&self, text: &str, name: &str, email: &str) -> Answer {
        let composer = form(&self.comments().await, "/comments").with("body", text);
        let who = self.send(&composer).await;
        assert_eq!(who.status, 200, "{}", who.text());
        let answer = self
            .send(&form(&who, "/sign-in").with("name", name).with("email", email))
            .await;
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer
    }

    /// The whole way: a comment with name, address and code.
    pub async fn post(&self, text: &str, name: &str, email: &str) -> Answer {
        let code_page = self.write(text, name, email).await;
        let code = self.app.code().await;
        self.follow(&form(&code_page, "/sign-in/code").with("code", &code))
            .await
    }
}

/// The id of the first comment of a page that stands in an article beginning so.
#[track_caller]
pub fn first_id(html: &str, prefix: &str) -> String {
    let start = html
        .find(&format!("<article id=\"{prefix}"))
        .unwrap_or_else(|| panic!("no {prefix} in {html}"));
    let rest = &html[start + "<article id=\"".len() + prefix.len()..];
    rest[..36].to_owned()
}
