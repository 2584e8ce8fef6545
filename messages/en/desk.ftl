# The moderators' desk.

# Getting in.
desk-enter-title = The moderators’ desk
desk-enter-code-title = Enter the code we emailed you
desk-enter-about = If you moderate a site here, enter the address you were invited with. We email you a code to sign in with.
desk-email = Email address
desk-code-send = Email me a code
desk-code-sent = If this address moderates a site here and emails to it were not stopped, an email with an eight-digit code is on its way to:
desk-code = Code
desk-sign-in = Sign in
desk-code-again = Send the email again
desk-code-other = Use another address
desk-invite-title = I have an invitation
desk-invite-about = The link of an invitation opens the desk by itself. If it did not, paste it here.
desk-invite-link = The link in your invitation
desk-invite-accept = Accept
desk-invite-opening = Opening the desk …
desk-invite-replace = You are signed in already. Sign in anew, with this invitation?
desk-typed-kept = You had been signed out. What you had written is here again, and nothing of it was sent.
desk-failed = That did not get through. Try again, or reload the page.

# Around every page.
desk-skip = Skip to the content
desk-nav = The desk
desk-queue = Queue
desk-pages = Pages
desk-sites = Sites
desk-try = Try a sentence
desk-sign-out = Sign out

# The queue.
desk-filters = Filter
desk-filter-site = Site
desk-filter-state = State
desk-filter-waiting = Waiting
desk-filter-any = Any
desk-filter-reason = Held because
desk-filter-reported = Reported
desk-filter-yes = Yes
desk-filter-no = No
desk-filter-person = Names this person
desk-filter-text = Text or author’s name
desk-filter-apply = Show
desk-filter-clear = Clear
desk-person-none = Nobody on the register has this name.
desk-person-which = Several people on the register have this name. Whom do you mean?
desk-empty = Nothing waits. All caught up.
desk-empty-filtered = No comment fits this filter.
desk-next = Show later ones

# The keyboard.
desk-keys = Keyboard shortcuts
desk-key-next = next comment
desk-key-previous = previous comment
desk-key-approve = approve
desk-key-reject = reject or remove, with a reason
desk-key-spam = spam
desk-key-undo = undo the latest decision
desk-key-help = this help
desk-keys-on = Keys are on
desk-close-dialog = Close

# One comment.
desk-comment-title = Comment by { $name }
desk-state-held = Waiting
desk-state-published = Public
desk-state-rejected = Rejected
desk-state-spam = Spam
desk-state-removed = Removed
desk-state-withdrawn = Withdrawn by its author
desk-edit-waits = an edit waits
desk-reported = Reported
desk-standing-new = new here
desk-standing-known = known
desk-standing-trusted = trusted
desk-standing-always-held = always held
desk-standing-suspended = suspended
desk-standing-banned = banned
desk-record-first = First comment on this site
desk-record = { $approved } public, { $refused } refused, { $waiting } waiting on this site
desk-report-says = Somebody reported this:
desk-reports-more = { $n ->
    [one] and { $n } report more
   *[other] and { $n } reports more
}
desk-reports-older = { $n ->
    [one] and { $n } older report
   *[other] and { $n } older reports
}
desk-dismiss = { $n ->
    [one] Leave it as it is, and close the report
   *[other] Leave it as it is, and close the { $n } reports
}
desk-source = Source given by the author:
desk-edit-changes = What the edit changes in the public text
desk-why = Why it waits, and what was noticed
desk-why-waits = Why it waits
desk-noticed = What was noticed
desk-approvals = Two moderators must approve this: { $have } of { $need } so far.
desk-viewer = You may look at this site’s comments; deciding is for its moderators.
desk-history = Everything about it
desk-look = Look at it
desk-on-the-page = Its place on the blog’s page
desk-decisions = Decisions
desk-decision = { $what } by { $who }, { $at }.
desk-decision-reason = { $what } by { $who }, { $at }: { $reason }.
desk-noted = Note:
desk-reports = Reports
desk-texts = Texts
desk-text-number = Text { $n }
desk-texts-others = Other texts
desk-text-changes = What changed from the text before

# Deciding.
desk-approve = Approve
desk-restore = Restore
desk-reject-open = Reject …
desk-reject = Reject
desk-remove-open = Remove …
desk-remove = Remove
desk-spam = Spam
desk-more = More …
desk-hold = Take it down to look at it
desk-reopen = Put it back in the queue
desk-approve-note = Approve with this note
desk-spam-note = Spam, with this note
desk-undo = Undo
desk-override = Approve although the author has no proven address to be reached at
desk-reason = Reason
desk-reason-choose = Choose one …
desk-reason-own = Or in your own words
desk-reason-hint = The author is told the reason.
desk-note = Note
desk-note-hint = For other moderators only.
desk-since = Since you looked at it:
desk-changes = What changed in the text:

# What was done, and by whom.
desk-did-post = Posted
desk-did-edit = Edited
desk-did-approve = Approved
desk-did-reject = Rejected
desk-did-spam = Called spam
desk-did-remove = Removed
desk-did-hold = Taken down to look at
desk-did-restore = Restored
desk-did-reopen = Put back in the queue
desk-did-dismiss = Left as it is, reports closed
desk-did-withdraw = Withdrawn
desk-did-undo = Undone
desk-text-erased = Its text has been erased.
desk-author-erased = An erased account
desk-by-me = you
desk-by-moderator = another moderator
desk-by-program = a program
desk-by-author = its author
desk-by-rule = a rule ({ $rule })

# Why something is held.
desk-finding-names = { $name } ({ $tier })
desk-finding-all = all that name { $name }
desk-finding-same-text = all that say the same
desk-finding-written = As written:
desk-rule-names-person = Names a person on the register
desk-rule-no-contact = Names somebody, and its author cannot be reached
desk-rule-name-on-register = The author goes by a name on the register
desk-rule-account-erased = its author had their account erased
desk-rule-name-taken = Another member on this page has this name
desk-rule-too-many-links = Too many links
desk-rule-odd-source-link = Odd address given as source
desk-rule-listed-word = A word that the site watches for
desk-rule-repeat = Posted before
desk-rule-cannot-screen = In a script that cannot be screened
desk-rule-screen-failed = Could not be screened
desk-rule-first-comment = No comment of this member was approved yet
desk-rule-policy-all = This site holds every comment
desk-rule-policy-first = This site holds the first comment of everybody
desk-rule-always-held = Everything that this member writes is held
desk-rule-under-review = A moderator took it down to look at it
desk-rule-second-approval = The second approval is missing
desk-rule-reopened = A moderator put it back in the queue
desk-rule-facts-changed = The site’s rules or register changed while it was screened
desk-tier-full = full name
desk-tier-nickname = another of their names
desk-tier-initial = initial and surname
desk-tier-title = title and surname
desk-tier-fuzzy-full = full name, misspelt
desk-tier-surname = surname alone
desk-tier-fuzzy-surname = surname alone, misspelt
desk-tier-weak = a word that may be a name
# What a finding is to a moderator; only the first kind makes a comment wait.
desk-strength-hold = reason to wait
desk-strength-flag = worth a look
desk-strength-note = for information

# Reasons to reject or remove: a site's list to begin with.
desk-reason-off-topic = Off topic
desk-reason-abusive = Abusive
desk-reason-accuses-without-source = Accuses somebody without a source
desk-reason-private-life = About somebody’s private life
desk-reason-advertising = Advertising
desk-reason-erased = in a moderator’s own words, which are erased

# Reports.
desk-report-spam = spam
desk-report-abuse = abuse
desk-report-false-about-person = says something false about a person
desk-report-private-life = somebody’s private life
desk-report-illegal = against the law
desk-report-other = something else
desk-report-open = open
desk-report-no-action = nothing to do
desk-report-acted-on = acted on

# Time.
desk-ago-now = just now
desk-ago-minutes = { $n ->
    [one] { $n } minute ago
   *[other] { $n } minutes ago
}
desk-ago-hours = { $n ->
    [one] { $n } hour ago
   *[other] { $n } hours ago
}
desk-ago-days = { $n ->
    [one] { $n } day ago
   *[other] { $n } days ago
}

# Why something did not happen.
desk-refused-email = This does not look like an email address.
desk-refused-code = This is not the code from our newest email.
desk-refused-code-over = This code has expired, was used already or was tried too often. Please ask for a new one.
desk-refused-resend-over = No more emails can be sent for this sign-in. Please start again with your address.
desk-refused-no-role = This address moderates no site here. Ask the site’s owner for an invitation.
desk-refused-invite-invalid = This is no invitation. Check that you have the whole link.
desk-refused-invite-used = This invitation was used already. Sign in with your email address.
desk-refused-invite-expired = This invitation is too old. Ask for a new one.
desk-refused-too-often = Too often. Wait a minute and try again.
desk-refused-reason-needed = Say why: choose a reason or write one. The author is told it.
desk-refused-too-long = The reason may have 200 characters, the note 4,000.
desk-refused-override-needed = The author cannot be reached. Tick the box if it is to be public all the same.
desk-refused-own-comment = You wrote this yourself and it names somebody: another moderator must approve it.
desk-refused-approved-already = You have approved this already: another moderator must.
desk-refused-nothing-reported = There is no open report: somebody else has closed it.
desk-refused-nothing-to-undo = There is nothing to undo: the latest decision is not a moderator’s.
desk-refused-revision-changed = Not done: the author changed the text since you looked at it.
desk-refused-decided-here = Not done: you decided on this in another window since this page was opened.
desk-refused-author-acted = Not done: its author changed or withdrew it since you looked at it.
desk-refused-decided-since = Not done: somebody else decided on this since you looked at it.
desk-refused-wrong-state = Not done: in the state that it is in now, this cannot be done.
desk-refused-contact = Not saved: readers can complain to an email address, or to an address that begins with https://.
desk-refused-forbidden = Your role does not let you do this.

# Pages.
desk-page = Page
desk-pages-find = Address or title
desk-find = Find
desk-pages-none = No page fits. Pages are listed from their first comment on.
desk-page-closed = closed
desk-address = Address
desk-address-about = A browser sent this address. Nothing links to it until you confirm or correct it.
desk-address-confirm = Confirm the address
desk-title-unconfirmed = title to confirm
desk-title = Title
desk-title-about = The title that readers see where comments stand apart from the page.
desk-title-about-claimed = A browser sent this title. Nobody sees it until you confirm or correct it.
desk-title-confirm = Confirm the title
desk-discussion = Discussion
desk-discussion-open = Readers can comment on this page.
desk-discussion-closed = Nobody can comment on this page; what is public stays.
desk-discussion-close = Close the discussion
desk-discussion-reopen = Open it again

# Sites.
desk-sites-none = You moderate no site.
desk-paused = paused
desk-pause = Pause
desk-pause-about = Pausing stops all writing on this site at once. What is public stays.
desk-paused-about = Nobody can write now. Readers see this:
desk-pause-sentence = What readers are told
desk-pause-now = Pause the site
desk-resume = Let readers write again
desk-policy = Policy
desk-policy-owners = The site’s owners set this.
desk-hold-what = What waits for a moderator
desk-hold-all = Every comment
desk-hold-first = The first comment of everybody, and what is noticed
desk-hold-flagged = Only what is noticed
desk-hold-hint = Whatever you choose: what names somebody on the register waits.
desk-edit-minutes = Authors may edit for so many minutes
desk-max-links = A comment with more links than this waits
desk-reasons = Reasons to reject or remove, one a line
desk-reasons-hint = Moderators choose from these, and the author is told the one that was chosen, as you write it.
desk-words = Words to watch for, one a line
desk-words-hint = “hold: membership list” makes a comment wait, “flag: liar” says so at the desk, “note: leaflet” only notes it. A regular expression stands between slashes: “hold: /leaflets?/”.
desk-contact = Where people can complain
desk-contact-hint = An email address, or an address that begins with https://. Readers see it on the page about the comments. Without one, they are led to your blog.
desk-letters-who = Letters about waiting comments
desk-letters-moderators = To moderators and owners
desk-letters-owners = To owners only
desk-letters-nobody = To nobody
desk-letters-text = They carry what was written
desk-letters-hint = At most one letter in ten minutes. Without the texts it says how many wait, and leads here.
desk-about = The site’s rules, in Markdown
desk-about-hint = Readers find them under every composer: what is welcome, who moderates. Empty: the server’s own words. How to complain and what is kept is always said beside them.
desk-about-see = See that page
desk-save = Save
desk-saved = Saved.
desk-not-saved = Nothing was saved. Put this right and save again; what you typed is below.
desk-fault-choice = Choose one of these.
desk-fault-minutes = Give whole minutes, none to 525,600 (a year).
desk-fault-links = Give a whole number.
desk-fault-reason = Line { $line } is too long, a reason may have 200 characters: “{ $text }”
desk-fault-word = Line { $line } cannot be watched for, it is no valid expression or too long: “{ $text }”
desk-fault-strength = Line { $line } begins with none of “hold:”, “flag:” and “note:”: “{ $text }”
desk-fault-about = This is too long: the rules may have some 16,000 characters.
desk-fault-contact = Give an email address, or an address that begins with https://, or nothing.
desk-fault-pause = Write what readers are told, in at most some 500 characters.

# Try a sentence.
desk-try-about = Write a sentence as a reader might, and see whom the register finds in it and how surely. Nothing is posted or kept.
desk-try-text = The sentence
desk-try-it = Try it
desk-try-result = What is found
desk-try-nobody = Nobody on the register is found in it.
desk-try-holds = It would wait for a moderator, whatever the site’s policy.
desk-try-flags = It would be marked, and wait only if the site’s policy says so.
