# The demo blog.

demo-blog-name = Harrowmere Notes
demo-blog-motto = What the council does, and who is asked
demo-blog-by = By Ines Corrow
demo-blog-comments = Comments
demo-blog-count-one = # comment
demo-blog-count-other = # comments
demo-blog-made-up = Harrowmere, its wards, parties and people are made up. This blog runs on your machine, to try Hustings with.

demo-meetings-title = Selection meetings are set for all twenty wards
demo-meetings-first = The Harrow Alliance has set the dates on which its branches choose who stands for the council. Twenty wards, twenty meetings, the first of them in Millbrook.
demo-meetings-second = At each meeting the members of the ward hear those who want to stand and vote by paper. Whoever has been a member for six months can vote. The count is in the room.
demo-meetings-third = Two branches have told me of calls to members by people who should not have their numbers. I name nobody here. But a list of members is held for the party’s work; whoever uses one for a campaign of their own may be breaking the law, and members may ask where their number came from.
demo-meetings-fourth = If you have had such a call, write to the branch first. What you write below is read by a moderator before anybody else sees it.

demo-library-title = The library opens on Saturdays again
demo-library-first = From the first week of next month the library in Sheaf Street is open on Saturdays from nine to one.
demo-library-second = It was closed on that day for six years. Nine volunteers made it possible.

demo-steps-title = Try it in three steps
demo-steps-write = Write a comment under this post that names people, such as:
demo-steps-code = Use any name and address: no email is sent; the sign-in codes are shown to you here.
demo-steps-letters = Open the demo’s mailbox
demo-steps-desk = Open the desk
demo-steps-desk-hint = You are the owner. Your comment waits there with the names lit, at the end of the list: eight that others wrote came before it.
demo-steps-approve = Approve it, come back and reload this page.

# Its letters.
demo-letters-title = The demo’s mailbox
demo-letters-what = Emails are files in data/mail; nothing is sent. The newest is at the top. This page exists only while nothing is configured.
demo-letters-none = No emails yet.
demo-letters-to = To { $to }
demo-letters-text = The email
