# The pages under /sites/: comments without scripts, about, reports; and what every page of ours shares.

# Emails from this server: the page that every email links to.
letters-title = Emails from { $host }
letters-wanted = This server emails you when somebody asks for a sign-in code with your address. If that was not you, there is nothing to do: without the code, nobody can sign in.
letters-stopped = This server no longer emails your address. You cannot sign in here with it either, because the sign-in code is sent by email.
letters-stop = Never email me again
letters-resume = Email me again
letters-stop-warning = If you stop all emails, sign-in codes stop too: nobody can sign in with this address any more, on any site that keeps its comments here, or at the moderators’ desk. If you only want no notices, use the link at the foot of one of them.
letters-notices-wanted = This server emails you when something is decided about your comments or, if you moderate a site, when comments are waiting. You can stop that. Sign-in codes that somebody asks for with your address will still come, so you can always sign in.
letters-notices-stopped = This server no longer sends notices to your address. Sign-in codes still come when somebody asks for one, so you can sign in as before.
letters-stop-notices = No more emails except sign-in codes

# Comments without scripts.
site-nav = Where you are
site-to-article = Back to the article
site-to-comments = Back to the comments
site-oldest-first = Oldest first
site-newest-first = Newest first
site-show-all = Show all comments
site-write = Write a comment
site-body = Your comment
site-body-hint = Markdown works: *emphasis*, > quotations, lists, links.
site-post = Post
site-who-next = Next: your name and email address.
site-signed-in-as = Signed in as
site-sign-out = Sign out
site-sign-in-link = Sign in to see your own comments
site-rules = Keep to the subject, and be fair to the people you name.
site-about-link = Rules, privacy and complaints
site-reply-look = See the comment
site-reply-cancel = Write a new comment instead
site-cancel = Cancel
site-kept = What you wrote
site-not-sent = Not sent yet. What you wrote is kept below.
site-not-right = Please check what is marked below.
site-title-error = Error: { $title }

site-who-heading = Who are you?
site-who-why = Your comment is saved on this page. Before it is posted, we email you a code, so that nobody can write in your name.
site-who-why-sign-in = We email you a code. Once you are signed in, you can see, edit and withdraw your own comments, including those that wait for a moderator.
site-who-email = Or by email
site-name = Name
site-name-hint = Shown with your comments. If you have commented here before, you keep the name you had.
site-email = Email address
site-email-hint = Never shown. Moderators may email you about your comment.
site-send-code = Email me a code

site-code-heading = Check your email
site-code-sent-to = We are sending a code to
site-code-from = The email comes from { $from }.
site-code = Code (8 digits)
site-code-post = Post my comment
site-code-sign-in = Sign in
site-code-nothing = No email yet?
site-code-spam = It can take a minute. Check your spam folder too.
site-code-resend = Send the email again
site-code-change = Wrong address? Change it
site-code-sent-again = A new email is on its way. Only its code works now.
site-code-undelivered = The mail server of this address refused our email. Please check that the address is right.

site-own = Your comments here
site-own-held = Waiting for a moderator. Only you can see this.
site-own-pending = Your new text is waiting for a moderator. Until then, the earlier one stays public.
site-own-published = Published.
site-own-removed = Removed by a moderator.
site-own-rejected = Not published.
site-own-withdrawn = Withdrawn.
site-own-reason = Reason:
site-own-edit = Edit
site-own-again = Edit and send again
site-own-again-new = Edit and send as a new comment
site-own-refused = Your edit was not published. Only you can see it.
site-own-look = See it on the page
site-own-withdraw = Withdraw
site-own-public = Your comment { $n }
site-own-withdraw-public = Withdraw your comment { $n }
site-reason-off-topic = it is not about the subject of the page.
site-reason-abusive = it insults or threatens someone.
site-reason-accuses = it accuses someone without a source.
site-reason-private-life = it reveals someone’s private life.
site-reason-advertising = it is advertising.
site-reason-other = a moderator decided against it.

site-edit-heading = Edit your comment
site-edit-meanwhile = While your new text waits for a moderator
site-edit-keep = keep the earlier text public
site-edit-hide = hide the comment
site-edit-send = Send the new text
site-withdraw-heading = Withdraw your comment?
site-withdraw-why = It disappears at once for everybody but the moderators, and its text is deleted later. You cannot undo this.
site-withdraw-for-good = Withdraw my comment

site-report-heading = Report this comment
site-report-why = A moderator will look at it. You need no account, and the author is not told who reported it.
site-report-reason = What is wrong with it?
site-report-false = It says something false about a person
site-report-private = It reveals someone’s private life
site-report-abuse = It insults or threatens someone
site-report-illegal = It breaks the law in another way
site-report-spam = It is advertising
site-report-other = Something else
site-report-note = Tell us more
site-report-note-hint = What exactly is wrong, and how do you know? Needed if you chose “Something else”.
site-report-email = Your email address (optional)
site-report-email-hint = Only moderators see it, in case they have a question.
site-report-send = Send the report
site-receipt-heading = Your report
site-receipt-open = We have your report. A moderator has yet to decide.
site-receipt-no-action = A moderator looked at the comment and left it as it is.
site-receipt-acted-on = A moderator looked at the comment, and it is no longer public.
site-receipt-made = Sent on
site-receipt-comment = See the comment
site-receipt-keep = Keep the address of this page to see what becomes of your report. Anyone who has the address can see it.

site-error-too-many = { $n ->
    [one] Too many tries. Nothing is lost: please try again in a second.
   *[other] Too many tries. Nothing is lost: please try again in { $n } seconds.
}
site-error-body-empty = Please write something first.
site-error-body-too-long = This is too long. A comment can have about 16,000 characters.
site-error-body-has-nul = The text contains a character that cannot be saved.
site-error-email = This does not look like an email address.
site-error-name-length = A name has 2 to 40 characters.
site-error-name-characters = This name contains characters that names here cannot have.
site-error-name-letter = A name needs at least one letter or digit.
site-error-name-needed = You are new here: please choose a name.
site-error-code-invalid = The code has eight digits.
site-error-code-wrong = This is not the code from our newest email.
site-error-code-expired = This code has expired. Please ask for a new one.
site-error-code-used = This code has been used already. If you pressed the button twice, your comment has reached us: look for it before you send it again.
site-error-code-tries = Five codes were tried. Please ask for a new one.
site-error-sign-in-over = This code no longer works. Please ask for a new one.
site-error-resend-over = This code cannot be sent again. Please ask for a new one.
site-error-form-outdated = You signed in or out after this page was opened. Nothing is lost: please check the text and send it again.
site-error-signed-out = Please sign in first: only the author of the comment can do this.
site-error-suspended = You cannot comment on this site at present.
site-error-edit-window = The time for editing this comment is over. You can still withdraw it.
site-error-not-editable = This comment can no longer be edited.
site-error-too-many-edits = This comment has been edited too often to be edited again.
site-error-note-needed = Please say what is wrong.
site-error-note-invalid = This is too long.
site-error-reason = Please choose what is wrong.
site-error-sent-before = This form has been sent already, with a different text. If this is another comment, send it again.
site-error-again = Something changed on the site meanwhile. Please send it again.
site-error-storage = The server cannot save anything just now. Nothing is lost: please send it again in a few minutes.
site-error-other = That did not work. Please try again.

# The page about a site's comments.
site-about-heading = About the comments on { $site }
site-about-rules = Rules
site-about-rule-subject = Write about the subject of the page.
site-about-rule-people = Be fair to people. Criticise what they do, not who they are.
site-about-rule-private = Leave out private lives, home addresses and phone numbers.
site-about-rule-source = If you accuse someone, say how you know, best with a link.
site-about-rule-advertising = No advertising.
site-about-moderators = Who moderates
site-about-who = Moderators chosen by { $site }. They never change what you wrote: they publish it, or tell you why not.
site-about-before = Before a comment is published
site-about-hold-all = Every comment waits for a moderator.
site-about-hold-first = Your first comment waits for a moderator, and later ones may.
site-about-hold-flagged = Some comments wait for a moderator.
site-about-machine = A program reads each comment first. It looks for names, links, certain words and repetition, and can hold a comment for a moderator. It never rejects one: people decide.
site-about-edit = { $n ->
    [0] A comment cannot be edited. You can withdraw it at any time.
    [one] You can edit a comment for a minute, and withdraw it at any time.
   *[other] You can edit a comment for { $n } minutes, and withdraw it at any time.
}
site-about-privacy = Privacy: what is kept, and for how long
site-about-kept-comment = Your name and your comments, with earlier versions and what moderators decided, for as long as the site keeps its comments. Only moderators see what is waiting or was rejected.
site-about-kept-withdrawn = { $n ->
    [one] If you withdraw a comment, only moderators can still see it, and its text is erased within two days. A note that it existed stays.
   *[other] If you withdraw a comment, only moderators can still see it, and its text is erased after { $n } days. A note that it existed stays.
}
site-about-kept-email = Your email address, encrypted, for as long as you have an account. It is never shown. We use it to send you codes, and to tell you about your comments.
site-about-kept-code = Requests for a code: one day.
site-about-kept-report = Of a report: the reason, what you wrote, and your email address if you gave one, for as long as the comment is kept. Only moderators see them.
site-about-kept-browser = Where comments stand below an article, your browser keeps your sign-in for 30 days, unfinished comments for 7 days and, while you sign in, your email address. They are sent nowhere else, and you can delete them in your browser at any time.
site-about-kept-cookie = On these pages, one cookie keeps you signed in for up to 30 days. There are no other cookies, and nothing is loaded from third parties.
site-about-kept-address = Your internet address is counted in memory, to stop floods, and never written down.
site-about-kept-idempotency = The fact that you sent a form, so that sending it twice does not post twice: one day.
site-about-rights = You can ask the site for everything that is kept about you, and to have it erased.
site-about-complain = How to complain
site-about-report = Every comment has a “Report” link. You need no account, and you get an address where you can see what became of your report.
site-about-named = If a comment is about you, choose “It says something false about a person” or “It reveals someone’s private life”, say what is wrong, and leave your email address. A moderator will look at it.
site-about-redress = If your own comment was not published, you see the reason next to it, and can edit it and send it again. If you think a decision is wrong, write to the people who run the site:

# Pages that say why there is no other page.
error-title-signed-out = Not signed in
error-title-forbidden = Not allowed
error-title-not-found = Not found
error-title-changed = It has changed
error-title-too-often = Too many requests
error-title-busy = Please try again soon
error-title-server = Something went wrong
error-title-request = This did not work
error-signed-out = Please sign in, and try again.
error-forbidden = You are not allowed to do this.
error-not-found = There is nothing here, or you are not allowed to see it.
error-method = This address cannot be used this way. Go back, and try from there.
error-timeout = What you sent did not arrive in time. Go back, and send it again.
error-changed = Somebody changed this meanwhile. Go back, reload the page, and look again before you decide.
error-too-large = What you sent is too long.
error-busy = The server cannot reach its data just now. Please try again soon.
error-storage-full = The server has no space left to save anything. You can still read; please try again later.
error-server = The server has logged what happened. Please try again, and tell the people who run the site if it keeps happening.
error-origin = This did not come from a page that is allowed to send it. Reload the page, and try from there.
error-page-not-of-site = This address does not belong to this site.
error-page-address = This is not the address of a page. It must begin with https:// and contain no user name.
error-request = Something in the address or the form is not right. Go back, and check it.

# A site's comments without a page: which pages have some.
site-pages-title = Comments on { $site }
site-pages-which = Choose an article to read its comments and to write one.
site-pages-none = No article has public comments yet. Open one and look for its comments there.
site-pages-more = Older articles
site-pages-count = { $n ->
    [one] { $n } comment
   *[other] { $n } comments
}

# The server's root.
front-title = A comments server
front-what = Other sites keep their readers’ comments here. You read and write them on those sites’ own pages.
front-desk = For moderators: the desk
