# The pages under /sites/: comments without scripts, about, reports; and what every page of ours shares.

# Letters from this server: the page that every letter links to.
letters-title = Letters from { $host }
letters-wanted = This server writes to your address when somebody asks for a sign-in code with it. If it was not you, you need do nothing: without the code nobody can sign in.
letters-stopped = This server writes no letters to your address any more. With this address nobody can sign in here either: the code would have to come in a letter.
letters-stop = Never write to me again
letters-resume = Write to me again

# Comments without scripts.
site-nav = Where you are
site-to-article = Back to the article
site-to-comments = Back to the comments
site-oldest-first = Oldest first
site-newest-first = Newest first
site-write = Write a comment
site-body = Your comment
site-body-hint = Markdown works: *emphasis*, > quotations, lists, links.
site-post = Post
site-who-next = Next: your name and email address.
site-signed-in-as = Signed in as
site-sign-out = Sign out
site-sign-in-link = Sign in to see your own comments
site-rules = Stay with the subject, and be fair to the people you name.
site-about-link = About these comments: rules, privacy, complaints
site-reply-look = Look at the comment
site-reply-cancel = Write to everybody instead
site-cancel = Cancel
site-kept = What you wrote
site-not-sent = Not sent yet. What you wrote is kept below.

site-who-heading = Who are you?
site-who-why = Your comment is kept. One step before it is posted: we send a code to your email address, so that nobody writes in your name.
site-who-why-sign-in = We send a code to your email address. With it you see your own comments here, those that wait too, and can change them.
site-who-email = Or by email
site-name = Name
site-name-hint = It stands beside your comment. If you have commented here before, the name you had stays.
site-email = Email address
site-email-hint = Never shown. Moderators may write to you about your comment.
site-send-code = Send me a code

site-code-heading = Your code is on its way
site-code-sent-to = The letter goes to
site-code-from = It comes from { $from }.
site-code = Code of eight digits
site-code-post = Post my comment
site-code-sign-in = Sign in
site-code-nothing = No letter?
site-code-spam = It can take a minute. Look among unwanted mail too.
site-code-resend = Send it again
site-code-change = Wrong address? Change it
site-code-sent-again = Another letter is on its way. Only the newest code counts.
site-code-undelivered = The mail server of this address refuses our letter. Look whether the address is right.

site-own = Your comments here
site-own-held = Waiting for a moderator. Only you can see this.
site-own-pending = Your new text waits for a moderator. Until then your earlier one stays up.
site-own-published = Published.
site-own-removed = Removed by a moderator.
site-own-rejected = Not published.
site-own-withdrawn = Withdrawn.
site-own-reason = Reason:
site-own-edit = Edit
site-own-again = Edit and send again
site-own-look = Look at it
site-own-withdraw = Withdraw
site-own-public = Your comment { $n }
site-own-withdraw-public = Withdraw your comment { $n }
site-reason-off-topic = it is not about the subject.
site-reason-abusive = it abuses somebody.
site-reason-accuses = it accuses somebody without a source.
site-reason-private-life = it tells of somebody’s private life.
site-reason-advertising = it is advertising.
site-reason-other = a moderator decided so.

site-edit-heading = Edit your comment
site-edit-meanwhile = While the new text waits for a moderator
site-edit-keep = keep the text that is public now
site-edit-hide = hide the comment
site-edit-send = Send the new text
site-withdraw-heading = Withdraw your comment?
site-withdraw-why = It disappears for everybody at once. This cannot be undone.
site-withdraw-for-good = Withdraw for good

site-report-heading = Report this comment
site-report-why = A moderator will look at it. You need no account, and the author does not learn who reported.
site-report-reason = What is wrong
site-report-false = It says something false about a person
site-report-private = It tells of somebody’s private life
site-report-abuse = It abuses somebody
site-report-illegal = It is against the law
site-report-spam = It is advertising
site-report-other = Something else
site-report-note = In your own words
site-report-note-hint = What exactly, and how you know. Needed if you chose “something else”.
site-report-email = Your email address (if you like)
site-report-email-hint = Only moderators see it, to ask you back.
site-report-send = Send the report
site-receipt-heading = Your report
site-receipt-open = Received. No moderator has decided yet.
site-receipt-no-action = A moderator has looked, and left the comment as it is.
site-receipt-acted-on = A moderator has looked, and the comment is no longer public.
site-receipt-made = Made on
site-receipt-comment = The comment
site-receipt-keep = Keep the address of this page: it tells what becomes of your report, to whoever has it.

site-error-too-many = { $n ->
    [one] That was too often. Try again in a second; what you wrote is kept below.
   *[other] That was too often. Try again in { $n } seconds; what you wrote is kept below.
}
site-error-body-empty = Write something first.
site-error-body-too-long = This is too long for a comment: at most about 16,000 characters.
site-error-body-has-nul = The text holds a character that cannot be stored.
site-error-email = This is not an email address.
site-error-name-length = A name has 2 to 40 characters.
site-error-name-characters = The name holds characters that names here cannot have.
site-error-name-letter = A name needs a letter or a digit.
site-error-name-needed = Choose a name: you are new here.
site-error-code-invalid = The code has eight digits.
site-error-code-wrong = This is not the code of the newest letter.
site-error-code-expired = That code is too old. Send yourself a new one.
site-error-code-used = That code was used already. If you pressed the button twice, your comment is with us: look at the comments before you send it again.
site-error-code-tries = Five codes were tried. Send yourself a new one.
site-error-sign-in-over = That code can no longer be used. Send yourself a new one.
site-error-resend-over = No more letters can be sent for that code. Send yourself a new one.
site-error-form-outdated = You have signed in or out since this page was shown. Nothing is lost: look once more, and send it again.
site-error-signed-out = Sign in first: this is for the comment’s author.
site-error-suspended = This site takes no comments from you.
site-error-edit-window = The time for editing this comment is over. You can still withdraw it.
site-error-not-editable = This comment can no longer be edited.
site-error-too-many-edits = This comment has been changed so often that it cannot be changed again.
site-error-note-needed = Say what is wrong.
site-error-note-invalid = This is too long.
site-error-reason = Choose what is wrong.
site-error-sent-before = This form was sent before, with another text. Send it again if it is another comment.
site-error-again = The site changed meanwhile. Send it again.
site-error-storage = The server cannot store anything just now. Nothing is lost: wait a little and send it again.
site-error-other = That did not work. What you wrote is kept below.

# The page about a site's comments.
site-about-heading = About the comments on { $site }
site-about-rules = Rules
site-about-rule-subject = Write about the subject of the page.
site-about-rule-people = Be fair to people. Criticise what they do, and leave out what they are.
site-about-rule-private = Leave private lives, addresses and telephone numbers out.
site-about-rule-source = Whoever accuses somebody says how they know, best with a link.
site-about-rule-advertising = No advertising.
site-about-moderators = Who moderates
site-about-who = Moderators whom { $site } has chosen. They never change what somebody wrote: they publish it, or say why not.
site-about-before = Before a comment is published
site-about-hold-all = Every comment waits for a moderator.
site-about-hold-first = Your first comment waits for a moderator, and later ones may.
site-about-hold-flagged = Some comments wait for a moderator.
site-about-machine = A program reads each comment first. It looks for names, links, listed words and repetitions, and can let a comment wait. It never rejects one: people decide.
site-about-edit = { $n ->
    [0] A comment cannot be edited. You can withdraw it at any time.
    [one] You can edit a comment for a minute, and withdraw it at any time.
   *[other] You can edit a comment for { $n } minutes, and withdraw it at any time.
}
site-about-privacy = Privacy: what is kept, and for how long
site-about-kept-comment = Your name and your comments, with earlier texts and what moderators decided, for as long as the site keeps its comments. What waits or was rejected is seen by moderators only.
site-about-kept-withdrawn = { $n ->
    [one] Of a comment that you withdraw nobody but moderators sees anything any more, and its text is erased within two days.
   *[other] Of a comment that you withdraw nobody but moderators sees anything any more, and its text is erased after { $n } days. That there was one stays.
}
site-about-kept-email = Your email address, encrypted, for as long as your account is kept. It is never shown. We write to it with codes, and where it concerns your comments.
site-about-kept-code = Requests for a code: one day.
site-about-kept-cookie = On these pages one cookie keeps you signed in for 30 days at most. There is no other, and nothing is asked of any third party.
site-about-kept-address = Your internet address is counted in memory, against floods, and never written down.
site-about-kept-idempotency = That a form was sent, so that sending it twice does not post twice: one day.
site-about-rights = You can ask the site for all that is kept about you, and have it erased.
site-about-complain = How to complain
site-about-report = Every comment has a link “Report”. It needs no account, and you get an address at which you see what became of it.
site-about-named = If a comment is about you, choose “It says something false about a person” or “It tells of somebody’s private life”, say what is wrong, and leave your email address: a moderator will look at it.
site-about-redress = If your own comment was not published, you see the reason beside it, and can write it anew. If you think that a decision is wrong, write to the people who run the site:

# Pages that say why there is no other page.
error-title-signed-out = Not signed in
error-title-forbidden = Not allowed
error-title-not-found = Not found
error-title-changed = It has changed
error-title-too-often = Too often
error-title-busy = Not just now
error-title-server = Something went wrong here
error-title-request = This cannot be done
error-signed-out = Sign in, and try again.
error-forbidden = You may not do this here.
error-not-found = There is no such thing here, or you may not see it.
error-method = This address is not for that. Go back, and try from there.
error-timeout = What you sent did not come in time. Go back, and send it again.
error-changed = Somebody changed it meanwhile. Go back, load the page again, and look before you decide.
error-too-large = What you sent is too long.
error-busy = The server cannot get at its data just now. Try again soon.
error-storage-full = The server has no room left to write. Reading goes on; try again later.
error-server = It is in the server’s log. Try again, and tell whoever runs the site if it stays so.
error-origin = This did not come from a page that may send it. Open the page anew, and try from there.
error-page-not-of-site = The address is not one of this site.
error-page-address = This is no address of a page. It begins with https:// and names no user.
error-request = Something in the address or in the form is not right. Go back, and look at it again.
