//! The tables, the same in both databases: what diesel checks the queries against.

diesel::table! {
    counters (name) {
        name -> Text,
        value -> BigInt,
    }
}

diesel::table! {
    secret_check (id) {
        id -> SmallInt,
        mac -> Binary,
    }
}

diesel::table! {
    sites (id) {
        id -> Binary,
        slug -> Text,
        name -> Text,
        policy -> Text,
        paused -> Nullable<Text>,
        register_version -> BigInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    site_origins (site_id, origin) {
        site_id -> Binary,
        origin -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    site_abouts (site_id) {
        site_id -> Binary,
        markdown -> Text,
        changed_at -> BigInt,
    }
}

diesel::table! {
    pages (id) {
        id -> Binary,
        site_id -> Binary,
        url -> Text,
        title -> Nullable<Text>,
        title_confirmed -> Bool,
        state -> SmallInt,
        version -> BigInt,
        comment_count -> BigInt,
        changed_at -> BigInt,
        created_at -> BigInt,
        url_confirmed -> Bool,
        change -> BigInt,
    }
}

diesel::table! {
    turns (id) {
        id -> SmallInt,
    }
}

diesel::table! {
    page_keys (site_id, page_key) {
        site_id -> Binary,
        page_key -> Text,
        page_id -> Binary,
    }
}

diesel::table! {
    accounts (id) {
        id -> Binary,
        created_at -> BigInt,
        erased_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    identities (id) {
        id -> Binary,
        account_id -> Binary,
        issuer -> Text,
        subject -> Binary,
        sealed -> Nullable<Binary>,
        created_at -> BigInt,
        email_proven -> Bool,
    }
}

diesel::table! {
    handovers (id) {
        id -> Binary,
        site_id -> Binary,
        origin -> Text,
        page -> Text,
        page_name -> Nullable<Text>,
        lang -> Text,
        mode -> SmallInt,
        request -> Binary,
        challenge -> Binary,
        browser_hash -> Binary,
        draft -> Nullable<Binary>,
        account_id -> Nullable<Binary>,
        code_hash -> Nullable<Binary>,
        code_at -> Nullable<BigInt>,
        token_id -> Nullable<Binary>,
        created_at -> BigInt,
    }
}

diesel::table! {
    sign_in_attempts (state_hash) {
        state_hash -> Binary,
        handover_id -> Binary,
        provider -> Text,
        sealed -> Binary,
        posted -> Nullable<Binary>,
        created_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    memberships (id) {
        id -> Binary,
        account_id -> Binary,
        site_id -> Binary,
        name -> Text,
        name_key -> Text,
        standing -> SmallInt,
        created_at -> BigInt,
    }
}

diesel::table! {
    roles (account_id, site_id) {
        account_id -> Binary,
        site_id -> Binary,
        role -> Text,
        created_at -> BigInt,
    }
}

diesel::table! {
    tokens (id) {
        id -> Binary,
        hash -> Binary,
        kind -> SmallInt,
        account_id -> Nullable<Binary>,
        site_id -> Nullable<Binary>,
        origin -> Nullable<Text>,
        role -> Nullable<Text>,
        name -> Nullable<Text>,
        created_at -> BigInt,
        used_at -> BigInt,
        expires_at -> Nullable<BigInt>,
        revoked_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    sign_ins (id) {
        id -> Binary,
        site_id -> Binary,
        origin -> Text,
        email_hash -> Binary,
        email_sealed -> Binary,
        name -> Nullable<Text>,
        lang -> Text,
        challenge -> Binary,
        resends -> SmallInt,
        tries -> SmallInt,
        letter -> SmallInt,
        letter_at -> Nullable<BigInt>,
        resent_at -> BigInt,
        created_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    invites (id) {
        id -> Binary,
        secret_hash -> Binary,
        site_id -> Binary,
        role -> Text,
        email_hash -> Binary,
        email_sealed -> Binary,
        created_at -> BigInt,
        expires_at -> BigInt,
        used_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    suppressions (email_hash) {
        email_hash -> Binary,
        reason -> Text,
        created_at -> BigInt,
        codes -> Bool,
    }
}

diesel::table! {
    comments (id) {
        id -> Binary,
        site_id -> Binary,
        page_id -> Binary,
        parent_id -> Nullable<Binary>,
        root_id -> Binary,
        depth -> Integer,
        kind -> SmallInt,
        membership_id -> Binary,
        state -> SmallInt,
        live -> Nullable<Integer>,
        pending -> Nullable<Integer>,
        state_detail -> Text,
        last_revision -> Integer,
        created_at -> BigInt,
        edited_at -> Nullable<BigInt>,
        shown -> BigInt,
    }
}

diesel::table! {
    revisions (comment_id, number) {
        comment_id -> Binary,
        number -> Integer,
        body -> Text,
        html -> Text,
        pipeline -> Integer,
        source_url -> Nullable<Text>,
        fingerprint -> Binary,
        created_at -> BigInt,
        register_version -> BigInt,
    }
}

diesel::table! {
    persons (id) {
        id -> Binary,
        site_id -> Binary,
        outside_id -> Nullable<Text>,
        name -> Text,
        stance -> SmallInt,
        created_at -> BigInt,
        updated_at -> BigInt,
    }
}

diesel::table! {
    person_names (person_id, position) {
        person_id -> Binary,
        position -> Integer,
        name -> Text,
    }
}

diesel::table! {
    page_people (page_id, person_id) {
        page_id -> Binary,
        person_id -> Binary,
    }
}

diesel::table! {
    findings (id) {
        id -> Binary,
        comment_id -> Binary,
        revision -> Integer,
        position -> Integer,
        rule -> Text,
        strength -> SmallInt,
        message -> Text,
        person_id -> Nullable<Binary>,
        tier -> Nullable<Text>,
        spans -> Text,
        arguments -> Nullable<Text>,
    }
}

diesel::table! {
    decisions (id) {
        id -> Binary,
        site_id -> Binary,
        comment_id -> Binary,
        number -> Integer,
        action -> Text,
        actor_kind -> Text,
        actor_id -> Nullable<Binary>,
        actor_word -> Nullable<Text>,
        revision -> Nullable<Integer>,
        state_before -> Nullable<Text>,
        state_after -> Text,
        reason -> Nullable<Text>,
        note_digest -> Nullable<Binary>,
        decided_at -> BigInt,
    }
}

diesel::table! {
    decision_notes (decision_id) {
        decision_id -> Binary,
        salt -> Binary,
        note -> Text,
        words -> Nullable<Text>,
    }
}

diesel::table! {
    seals (site_id, sequence) {
        site_id -> Binary,
        sequence -> BigInt,
        decision_id -> Binary,
        seal -> Binary,
    }
}

diesel::table! {
    unsealed (site_id, decision_id) {
        site_id -> Binary,
        decision_id -> Binary,
    }
}

diesel::table! {
    reports (id) {
        id -> Binary,
        comment_id -> Binary,
        site_id -> Binary,
        reason -> Text,
        note -> Text,
        email_sealed -> Nullable<Binary>,
        receipt_hash -> Binary,
        state -> SmallInt,
        created_at -> BigInt,
        closed_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    jobs (id) {
        id -> Binary,
        kind -> Text,
        payload -> Text,
        state -> SmallInt,
        attempts -> Integer,
        run_at -> BigInt,
        claimed_until -> BigInt,
        last_error -> Nullable<Text>,
        created_at -> BigInt,
    }
}

diesel::table! {
    untold_comments (site_id, comment_id) {
        site_id -> Binary,
        comment_id -> Binary,
    }
}

diesel::table! {
    site_letters (site_id) {
        site_id -> Binary,
        queued -> Bool,
        told_at -> Nullable<BigInt>,
    }
}

diesel::table! {
    erased_comments (site_id, comment_id) {
        site_id -> Binary,
        comment_id -> Binary,
        texts -> BigInt,
        notes -> BigInt,
        erased_at -> BigInt,
    }
}

diesel::table! {
    idempotency_keys (scope) {
        scope -> Binary,
        request -> Binary,
        status -> SmallInt,
        resource -> Text,
        created_at -> BigInt,
    }
}

diesel::joinable!(revisions -> comments (comment_id));
diesel::joinable!(comments -> memberships (membership_id));
diesel::joinable!(comments -> pages (page_id));
diesel::joinable!(findings -> comments (comment_id));
diesel::joinable!(reports -> comments (comment_id));
diesel::joinable!(page_keys -> pages (page_id));
diesel::joinable!(person_names -> persons (person_id));
diesel::joinable!(memberships -> accounts (account_id));
diesel::joinable!(identities -> accounts (account_id));
diesel::joinable!(decision_notes -> decisions (decision_id));
diesel::joinable!(seals -> decisions (decision_id));
diesel::joinable!(unsealed -> decisions (decision_id));
diesel::joinable!(site_origins -> sites (site_id));

diesel::allow_tables_to_appear_in_same_query!(
    counters,
    sites,
    site_origins,
    site_abouts,
    pages,
    page_keys,
    accounts,
    identities,
    memberships,
    roles,
    tokens,
    sign_ins,
    invites,
    suppressions,
    comments,
    revisions,
    persons,
    person_names,
    page_people,
    findings,
    decisions,
    decision_notes,
    seals,
    unsealed,
    reports,
    jobs,
    untold_comments,
    site_letters,
    erased_comments,
    idempotency_keys,
);
