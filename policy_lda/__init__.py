"""Topics, keyword trends and comparisons of policy articles: the everyday names, loaded when they are first used."""
__version__ = "0.1.0"

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach(__name__, submod_attrs={
    "articles": ["InputError", "make_articles", "read_articles", "reading_notes", "skipped_files"],
    "dates": ["article_periods", "find_dates", "read_events"],
    "cleaning": ["apply_ledger", "find_noise", "read_ledger", "restore", "show_ledger"],
    "terms": ["add_variants", "check_lexicon", "count_variants", "dictionary_counts", "find_mentions", "kwic", "make_dictionary", "read_dictionary", "read_lexicon", "show_kwic", "suggest_variants"],
    "tokens": ["TokenSpec", "encode_tokens", "split_passages", "tokenize"],
    "dtm": ["Dtm", "dtm_group", "dtm_trim", "make_dtm"],
    "lda": ["LdaSpec", "TopicFit", "fit_lda", "infer_topics", "update_lda"],
    "gensim_model": ["FastLdaModel"],
    "topics": ["article_topics", "top_passages", "top_terms", "topic_correlations", "topic_labels", "topic_map"],
    "coherence": ["coherence", "exclusivity", "topic_diversity"],
    "stability": ["consensus", "ensemble", "stability"],
    "labels": ["label_contradictions", "label_evidence", "read_labels", "show_passages", "write_labels"],
    "checks": ["choose_n_topics", "scan_topics", "sensitivity", "verdict"],
    "trends": ["count_keywords", "group_topics", "keyword_rates", "keyword_trend", "topic_trend", "trend_kwic"],
    "changes": ["find_bursts", "find_changes", "rising_terms", "trend_test"],
    "concepts": ["concept_life", "variant_trend"],
    "dynamics": ["fit_windows", "topic_drift", "window_topics"],
    "compare": ["article_distance", "article_map", "dispersion", "fightin_words", "keyness", "keyness_all"],
    "figures": ["find_figures", "match_figures"],
    "speakers": ["find_statements", "speakers"],
    "explorer": ["show_explorer", "topic_explorer"],
    "reuse": ["passage_chains", "shared_passages"],
    "card": ["choose_articles", "compare_sides", "show_card"],
    "report": ["make_report", "verify_report"],
})
