# What stands in a page's comments, wherever they are shown: the widget, the page without scripts, static builds.

comments-heading = { $n ->
    [0] No comments yet
    [one] { $n } comment
   *[other] { $n } comments
}
comments-closed = Comments on this page are closed.
comments-not-public = This comment is not public.
comments-in-reply-to = in reply to { $name }
comments-edited = edited
comments-link = link
comments-day = { $day } { $month ->
    [1] January
    [2] February
    [3] March
    [4] April
    [5] May
    [6] June
    [7] July
    [8] August
    [9] September
    [10] October
    [11] November
   *[12] December
} { $year }
comments-more = More comments
comments-more-replies = More replies
comments-reply = Reply
comments-reply-to = Reply to { $name }
comments-report = Report
comments-report-of = Report the comment by { $name }
