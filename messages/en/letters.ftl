# Emails. `letters-stop` or `letters-stop-notices` stands under each of them and is in site.ftl.

# With a sign-in code.
letters-code-subject = Your sign-in code for { $site }
letters-code-here = Your sign-in code:
letters-code-where = Type it on { $host }, where somebody asked to sign in to { $site }. It works once, for { $n ->
    [one] { $n } minute
   *[other] { $n } minutes
}.
letters-code-not-you = If that was not you, ignore this email: without the code, nobody can sign in with your address. Never give the code to anyone, whoever asks for it.

# To moderators, when comments wait.
letters-waiting-subject = { $n ->
    [one] A comment waits on { $site }
   *[other] { $n } comments wait on { $site }
}
letters-waiting-nobody-reads = { $n ->
    [one] Nobody else reads it until a moderator has decided.
   *[other] Nobody else reads them until a moderator has decided.
}
letters-waiting-both = Some of them nobody else reads until a moderator has decided. Those that were reported are public until then.
letters-waiting-desk = Decide at the desk:
letters-waiting-open-desk = Open the desk
letters-waiting-comment-by = { $author } on “{ $page }”
letters-waiting-edit-by = { $author } on “{ $page }”, an edit of a comment
letters-waiting-names = Names: { $people }
letters-waiting-reported = Reported: { $reasons }
letters-waiting-why = Held because: { $reasons }
letters-waiting-more = { $n ->
    [one] One more waits at the desk.
   *[other] { $n } more wait at the desk.
}
letters-waiting-settings = You get this email because you moderate the site. Its owners choose who gets it, and whether it contains the comments.

# To moderators, when public comments were reported.
letters-reported-subject = { $n ->
    [one] A comment was reported on { $site }
   *[other] { $n } comments were reported on { $site }
}
letters-reported-public = { $n ->
    [one] It is public, and stays so until a moderator has decided.
   *[other] They are public, and stay so until a moderator has decided.
}
letters-reported-spam = it is advertising
letters-reported-abuse = it abuses somebody
letters-reported-false = it says something false about a person
letters-reported-private-life = it tells of somebody’s private life
letters-reported-illegal = it is against the law
letters-reported-other = something else, told in the report

# Why a comment waits.
letters-held-policy-all = the site holds every comment
letters-held-policy-first = the author’s first comment here
letters-held-always = this author is always held
letters-held-names-person = it names a person whom the site protects
letters-held-no-contact = it names a person, and its author cannot be reached
letters-held-name-on-register = the author’s name is that of a person whom the site protects
letters-held-name-taken = somebody else on the page has this name
letters-held-links = links
letters-held-source-link = an odd address as its source
letters-held-listed-word = a word of the site’s list
letters-held-repeat = the same text was posted before
letters-held-cannot-screen = a script that no screen reads
letters-held-screen-failed = a screen failed
letters-held-facts-changed = the site changed while it was checked
letters-held-under-review = a moderator looks at it again
letters-held-second-approval = a second moderator must approve it
letters-held-reopened = a moderator took the decision back

# To authors, when a comment was rejected or removed.
letters-decided-subject-rejected = Your comment on { $site } was not published
letters-decided-subject-edit = Your edit of a comment on { $site } was not published
letters-decided-subject-removed = Your comment on { $site } was removed
letters-decided-rejected = The moderators of { $site } decided not to publish your comment of { $day } on “{ $page }”.
letters-decided-edit = The moderators of { $site } decided not to publish your edit of your comment of { $day } on “{ $page }”. The earlier text stays as it was.
letters-decided-removed = The moderators of { $site } removed your comment of { $day } on “{ $page }”. Other readers can no longer see it.
letters-decided-your-text = Your text began:
letters-decided-reason = Their reason:
letters-decided-page = You can read your text on the page for 30 days, when you are signed in:
letters-decided-redress = If you think this is wrong, you can complain. Here are the site’s rules, who moderates it, and how to reach them:

# Reasons that sites begin with.
letters-reason-off-topic = It is not about the subject of the page.
letters-reason-abusive = It insults or threatens someone.
letters-reason-accuses-without-source = It accuses someone without a source.
letters-reason-private-life = It reveals someone’s private life.
letters-reason-advertising = It advertises something.
letters-reason-moderator = A moderator decided against it.

# Of `hustings check --letter`.
letters-probe-subject = Email from { $host } works
letters-probe-from = This email was sent by “hustings check --letter” on
letters-probe-arrives = If you can read it, email from this server reaches your address. There is nothing to do.
