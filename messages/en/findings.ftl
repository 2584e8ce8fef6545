# What the screens found on a text, told to moderators: short, concrete, whom and why.
finding-names-person = Names { $name }, who is on the register, { $how ->
    [full] by their name
    [nickname] by another of their names
    [initial] by initial and surname
    [title] by title and surname
    [fuzzy_full] by a misspelling of their name
    [surname_here] by their surname, on a page about them
    [surname] by their surname alone
    [fuzzy_surname] by a misspelling of their surname
   *[other] by a word that may be their name
}.
finding-may-name-person = May name { $name }, who is on the register, { $how ->
    [full] by their name
    [nickname] by another of their names
    [initial] by initial and surname
    [title] by title and surname
    [fuzzy_full] by a misspelling of their name
    [surname_here] by their surname, on a page about them
    [surname] by their surname alone
    [fuzzy_surname] by a misspelling of their surname
   *[other] by a word that may be their name
}.
finding-name-on-register = The author's display name matches an entry of the register.
finding-name-taken = Another member who wrote on this page goes by this display name.
finding-no-contact = Names somebody, and its author has no proven email address to be reached at.
finding-first-comment = No comment of this member has been approved yet.
finding-always-held = Everything that this member writes is held.
finding-too-many-links = { $links ->
    [one] Has { $links } link; the site allows { $allowed } without a look.
   *[other] Has { $links } links; the site allows { $allowed } without a look.
}
finding-odd-source-link = The address given as a source is not a plain web address.
finding-listed-word = Contains “{ $word }”, which the site watches for.
finding-repeat = This text was posted { $times ->
    [1] once
    [2] twice
   *[other] { $times } times
} before, { $times ->
    [1] { $same ->
        [0] by another member
       *[other] by the same member
    }
   *[other] { $same ->
        [0] by other members
       *[other] { $same } of them by the same member
    }
}.{ $hidden ->
    [0] {""}
    [one] {" "}{ $times ->
        [1] It is not public.
       *[other] { $hidden } of them is not public.
    }
   *[other] {" "}{ $hidden } of them are not public.
}
finding-cannot-screen = Mostly written in a script that no screen reads: whom it names is not known.
finding-cannot-screen-part = Partly written in a script that no screen reads.
finding-screen-failed = Could not be screened for this: { $screen ->
    [people] people
    [display_name] display name
    [links] links
    [listed_words] listed words
    [repeats] repeats
    [script] script
    [standing] standing
    [rendering] rendering
   *[other] { $screen }
} ({ $why ->
    [stopped] it stopped unexpectedly
    [not_rendered] the text could not be rendered
    [no_entry] the register has no such entry
    [no_source_address] there is no source address
    [bad_expression] a listed regular expression is not valid
    [outside_text] a piece of evidence lies outside of the text
    [too_long] the text is too long
   *[other] { $why }
}).
