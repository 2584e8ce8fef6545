# What the widget says in the browser. Identifiers begin with `widget-`; plural forms are attributes (see src/messages).

widget-heading =
    .one = { $n } response to “{ $title }”
    .other = { $n } responses to “{ $title }”
widget-write = Write a comment
widget-from-start = Show all comments
widget-loaded =
    .one = { $n } more comment
    .other = { $n } more comments
widget-not-public = This comment is not public.
widget-load-failed = The comments could not be loaded.
widget-insecure = Comments can be read here, but not written, because this page is not encrypted (https).
widget-unlisted = Comments can be read here, but not written: the address of this page is not on the site’s list.
widget-elsewhere = Write on the comments page instead

# Writing
widget-your-comment = Your comment
widget-your-reply = Your reply to { $name }
widget-your-edit = Edit your comment
widget-post = Post
widget-save = Save
widget-preview = Preview
widget-cancel = Cancel
widget-back = Back
widget-about = Rules, privacy and complaints
widget-too-long =
    .one = { $n } character too long
    .other = { $n } characters too long
widget-draft = Draft saved { $time }.
widget-discard = Discard
widget-discarded = Discarded.
widget-kept = You wrote this here, and it can no longer be posted. It is saved in this browser only.
widget-what-you-wrote = What you wrote
widget-next = Next: your name and email address. *Emphasis*, > quotes and links work.
widget-hide = Hide the comment until a moderator has checked the new text
widget-not-sent = Not sent. Your text is saved in this browser.
widget-try-again = Try again
widget-not-done = That did not work. Please try again.

# Who the writer is
widget-who = Who is writing?
widget-name = Name
widget-name-hint = Shown with your comments.
widget-name-kept = If you have commented here before, the name you had stays.
widget-email = Email address
widget-email-hint = Never shown. We email you a code instead of asking for a password.
widget-meant = Did you mean { $address }?
widget-with = Sign in with { $name }
widget-way-last = used last time
widget-or-email = Or by email:
widget-away = Go on in the other window. What you wrote waits here.
widget-send-code = Email me a code
widget-code-step = Enter the code we emailed you
widget-code-sent = We are sending a code to
widget-code-from = The email comes from { $from }. Not there? Check your spam folder.
widget-letters = Open the demo’s mailbox
widget-code = Code (8 digits)
widget-wrong-address = Wrong address? Change it
widget-resend = Send the email again
widget-resend-in =
    .one = Send again in { $n } second
    .other = Send again in { $n } seconds
widget-resent = A new email is on its way. Only its code works now.
widget-refused = { $address }’s mail server refused our email. Is the address right?
widget-signed-in = Signed in as { $name }.
widget-sign-in = Sign in
widget-sign-out = Sign out
widget-signed-out = Signed out.

# What one can do with a comment
widget-reply = Reply
widget-reply-to = Reply to { $name }
widget-edit = Edit
widget-edit-own = Edit your comment
widget-withdraw = Withdraw
widget-withdraw-own = Withdraw your comment
widget-withdraw-sure = Withdraw this comment for good? Its text will be deleted.
widget-withdraw-yes = Yes, withdraw
widget-keep = No, keep it
widget-withdrawn = Your comment is withdrawn.
widget-copy = Copy text
widget-copied = Copied
widget-resubmit = Edit and send again

# Where one's own comment stands
widget-posted = Your comment is public.
widget-sent = Your comment has been sent, and is waiting for a moderator.
widget-waiting = Waiting for a moderator. Only you can see this.
widget-pending = Your new text is waiting for a moderator. Only you can see it; until then, the earlier one stays public.
widget-rejected = Not published. Only you can see this.
widget-removed = Removed by a moderator. Only you can see this.
widget-refused-edit = Your changed text was not published; the earlier one stands. Only you can see this.
widget-reason = Reason: { $reason }
widget-why-off-topic = It is not about the subject of the page.
widget-why-abusive = It insults or threatens someone.
widget-why-accuses = It accuses someone without a source.
widget-why-private = It reveals someone’s private life.
widget-why-advertising = It is advertising.

# Reporting
widget-report = Report
widget-report-by = Report the comment by { $name }
widget-report-spam = It is advertising
widget-report-abuse = It insults or threatens someone
widget-report-false = It says something false about a person
widget-report-private = It reveals someone’s private life
widget-report-illegal = It breaks the law in another way
widget-report-other = Something else
widget-report-note = What is wrong with it?
widget-report-email = Your email address (optional, if moderators may email you)
widget-report-send = Send the report
widget-report-done = Thank you. A moderator will look at the comment.
widget-report-receipt = Keep this link to see what becomes of your report
widget-report-choose = Please choose what is wrong.
widget-report-note-needed = Please say what is wrong.

# What the server does not take
widget-error-empty = Please write something first.
widget-error-long = The text is too long.
widget-error-name = A name has 2 to 40 characters, with at least one letter or digit, and no symbols that look like a badge.
widget-error-name-needed = Please choose a name to show with your comments.
widget-error-email = This does not look like an email address.
widget-error-code = The code has eight digits.
widget-error-code-wrong = This is not the code from our newest email.
widget-error-code-over = This code no longer works. Please ask for a new one; your text is saved.
widget-error-parent = The comment you are replying to is no longer public.
widget-error-closed = Comments on this page are closed. Your text is saved in this browser.
widget-error-barred = You cannot comment on this site at present.
widget-error-edit-over = The time for editing this comment is over.
widget-error-arrived = Your comment arrived before your last change. You can edit it above.
widget-error-limit =
    .one = Too many tries. Please wait { $n } minute; your text is saved.
    .other = Too many tries. Please wait { $n } minutes; your text is saved.
widget-error-other = That did not work: { $detail }
