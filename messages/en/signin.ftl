# The pages on which a reader signs in with an account elsewhere.

signin-title = Sign in
signin-moment = One moment …
signin-alone = The page that opened this window goes on by itself. You can close this window.
signin-here = Go on in this window
signin-leaving = On to { $name } …
signin-go-on-to = Go on to { $name }
signin-choose-title = Choose a way to sign in
signin-choose-why = You prove who you are there, and come back here. Your password stays with them.
signin-with = Sign in with { $name }
signin-host = Your { $name } server
signin-email = There you can also sign in by email.
signin-back = Back to the page
signin-back-with-text = Back to your comment
signin-other-way = Or another way

signin-failed-title = You are not signed in
signin-text-kept = What you wrote is kept, and nothing has been posted.
signin-again = Try again
signin-failed-refused = { $name } did not let you in, or you said no there.
signin-failed-down = { $name } cannot be reached at the moment.
signin-failed-slow = { $name } took too long to answer.
signin-failed-answer = { $name } answered something that this server cannot use.
signin-failed-stale = That took too long, or the page was loaded twice. An answer counts once, and for ten minutes.
signin-failed-busy = Too many people are signing in at the same moment.
signin-failed-config = Signing in with { $name } is not set up rightly on this server. Whoever runs it can find out more in its log.
signin-failed-host = That is not the name of a server. It looks like social.example.org.
signin-failed-host-denied = Accounts of that server cannot be used here.

signin-consent-title = Continue to { $site }
signin-as = as
signin-name-hint = It stands beside your comments on this site.
signin-continue = Continue
signin-continue-post = Continue, and post my comment
signin-told = The site gets this name. It gets neither your address nor anything else of your account.
signin-not-you = Not you?
signin-other-account = Use another account
signin-form-outdated = You have signed in or out since this page was shown. Look who you are now, and press once more.
signin-done-title = Signed in
signin-done = Going back to { $site } …
