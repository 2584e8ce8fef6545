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
widget-unlisted = Comments can be read here, but not written: the address of this page is not among those of the site.
widget-elsewhere = Write on the comments’ own page

# Writing
widget-your-comment = Your comment
widget-your-reply = Your reply to { $name }
widget-your-edit = Change your comment
widget-post = Post
widget-save = Save
widget-preview = Preview
widget-cancel = Cancel
widget-back = Back
widget-about = Rules, privacy, how to complain
widget-too-long =
    .one = { $n } character too long
    .other = { $n } characters too long
widget-draft = Draft from { $time }.
widget-discard = Discard
widget-hide = Hide the comment until the new text has been checked
widget-not-sent = Not sent. Your text is saved in this browser.
widget-try-again = Try again
widget-not-done = That did not work. Please try again.

# Who the writer is
widget-who = Who is writing?
widget-name = Name
widget-name-hint = Shown with your comments.
widget-name-kept = If you have commented here before, the name you had stays.
widget-email = Email address
widget-email-hint = Never shown. You get a code there, instead of a password.
widget-meant = Did you mean { $address }?
widget-send-code = Send me the code
widget-code-step = The code from the letter
widget-code-sent = We sent a code to
widget-code-from = The letter comes from { $from }. If it is not there, look among the spam.
widget-letters = Open the letter
widget-code = Code (8 digits)
widget-wrong-address = Wrong address? Change
widget-resend = Send the letter again
widget-resend-in =
    .one = Send again in { $n } second
    .other = Send again in { $n } seconds
widget-resent = A new letter is on its way. Only its code counts now.
widget-refused = The mail server of { $address } does not take the letter. Is the address right?
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
widget-withdraw-sure = Take this comment back for good? Its text will be deleted.
widget-withdraw-yes = Yes, withdraw
widget-keep = No, keep it
widget-withdrawn = Your comment is withdrawn.
widget-copy = Copy text
widget-copied = Copied
widget-resubmit = Edit and resubmit

# Where one's own comment stands
widget-posted = Your comment is public.
widget-sent = Your comment is sent, and waits for a moderator.
widget-waiting = Waiting for a moderator. Only you can see this.
widget-pending = Your new text waits for a moderator. Only you can see it; until then the earlier one stands.
widget-rejected = Not published. Only you can see this.
widget-removed = Removed by a moderator. Only you can see this.
widget-refused-edit = Your changed text was not published; the earlier one stands. Only you can see this.
widget-reason = Reason: { $reason }
widget-why-off-topic = It is not about the subject of the page.
widget-why-abusive = It abuses somebody.
widget-why-accuses = It accuses somebody without a source.
widget-why-private = It tells of somebody’s private life.
widget-why-advertising = It is advertising.

# Reporting
widget-report = Report
widget-report-by = Report the comment by { $name }
widget-report-spam = It is advertising
widget-report-abuse = It abuses somebody
widget-report-false = It says something false about a person
widget-report-private = It tells of somebody’s private life
widget-report-illegal = It is against the law in another way
widget-report-other = Something else
widget-report-note = What is wrong with it?
widget-report-email = Your email address, if the moderators may write to you
widget-report-send = Send the report
widget-report-done = Thank you. A moderator will look at the comment.
widget-report-receipt = Keep this link to see what became of it
widget-report-choose = Please choose a reason.
widget-report-note-needed = Please say what is wrong with the comment.

# What the server does not take
widget-error-empty = Please write something first.
widget-error-long = The text is too long.
widget-error-name = A name has 2 to 40 characters, letters among them, and no signs that look like a badge.
widget-error-name-needed = Please give a name to show with your comment.
widget-error-email = This does not look like an email address.
widget-error-code = The code has eight digits.
widget-error-code-wrong = This is not the code of the newest letter.
widget-error-code-over = This code is good no longer. Please ask for a new one; your text is saved.
widget-error-parent = The comment that you answer is not public any more.
widget-error-closed = Comments on this page are closed. Your text is saved in this browser.
widget-error-barred = This site takes no comments from you at present.
widget-error-edit-over = The time in which this comment could be changed is over.
widget-error-arrived = The text as it was before your last change has arrived already. You can edit it above.
widget-error-limit =
    .one = Too many tries. Please wait { $n } minute; your text is saved.
    .other = Too many tries. Please wait { $n } minutes; your text is saved.
widget-error-other = The server did not take this: { $detail }
