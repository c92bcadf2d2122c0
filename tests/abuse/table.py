"""What strangers' files must not do, case by case, and the tests that prove it: `python -m tests.abuse.table`.

REJ: refused in a plain sentence, and nothing of it is left: no derivative, no temporary file, no sound of another
interview, no call to the network, less than a gibibyte of memory, every worker alive. `test_table.py` holds this to
the tests that there are.
"""

from dataclasses import dataclass

_HOSTILE = "tests.recordings.test_hostile_recordings"
_DECODING = "tests.recordings.test_decoding"
_COPIES = "tests.recordings.test_access_copies"
_CHANNELS = "tests.recordings.test_channels"
_PICTURES = "tests.recordings.test_pictures"
_VIDEOS = "tests.recordings.test_videos"
_IN = "tests.abuse.test_bringing_in"
_ARRIVALS = "tests.workroom.test_arrivals"
_ASIDE = "tests.workroom.test_aside"
_SANDBOX = "tests.files.test_sandbox"


@dataclass(frozen=True)
class Case:
    given: str
    outcome: str
    tests: tuple[str, ...]  # module::function
    note: str = ""  # what is not as the list asks, or not proven by a test; in a sentence


CASES = {
    "U01": Case(
        "a playlist named .wav that names files of the server",
        "REJ before any decoder sees it",
        (f"{_HOSTILE}::test_a_list_of_other_files_is_refused",),
    ),
    "U02": Case(
        "playlists, MPD, SDP, RTSP to loopback and to metadata addresses",
        "REJ; the listener is never called",
        (f"{_HOSTILE}::test_a_list_of_other_files_is_refused", f"{_SANDBOX}::test_inside_nothing_else_can_be_reached"),
        "DNS is not listened to: no decoder starts, and in the sandbox there is no network at all.",
    ),
    "U03": Case(
        "ffconcat with the name of a sibling",
        "REJ",
        (f"{_HOSTILE}::test_a_list_of_other_files_is_refused",),
    ),
    "U04": Case(
        "ffconcat with paths and addresses; concat:, subfile:, data:, crypto:",
        "REJ",
        (f"{_HOSTILE}::test_a_list_of_other_files_is_refused",),
    ),
    "U05": Case(
        "an AVI whose subtitle carries a playlist",
        "accepted; only its own sound comes out",
        (f"{_HOSTILE}::test_a_playlist_inside_subtitles_is_not_followed",),
    ),
    "U06": Case(
        "a MOV whose sound lies, it says, in another file",
        "REJ; the other file is not opened",
        (f"{_HOSTILE}::test_a_reference_to_another_file_is_not_followed",),
    ),
    "U07": Case(
        "texts, subtitles, SVG, PDF, programs named .mp3",
        "REJ by content",
        (f"{_HOSTILE}::test_what_is_no_recording_is_refused",),
    ),
    "U08": Case(
        "patterns of image sequences, globs, filter graphs",
        "REJ",
        (f"{_HOSTILE}::test_a_list_of_other_files_is_refused",),
    ),
    "U09": Case(
        "a WAV of 1 Hz",
        "REJ before decoding, within a second",
        (f"{_HOSTILE}::test_a_header_that_no_recorder_writes_is_refused_before_decoding",),
    ),
    "U10": Case(
        "WAVs with impossible channels, rates, bits; a claim of 4 GiB over a second",
        "REJ; the claim is accepted as one second",
        (
            f"{_HOSTILE}::test_a_header_that_no_recorder_writes_is_refused_before_decoding",
            f"{_HOSTILE}::test_a_claim_of_four_gigabytes_over_a_second_is_a_second",
        ),
    ),
    "U11": Case(
        "a hundred hours of silence in a small FLAC",
        "REJ; decoding stops one second after the limit",
        (
            f"{_HOSTILE}::test_hours_in_a_small_file_are_stopped_at_the_limit",
            f"{_HOSTILE}::test_a_jump_in_the_time_stamps_does_not_fill_the_disk",
            f"{_HOSTILE}::test_a_jump_to_the_end_of_time_is_not_believed",
        ),
        "The tests use a limit of a minute in place of eight hours.",
    ),
    "U12": Case(
        "silence as long as the limit",
        "accepted; the transcript is empty",
        (
            f"{_HOSTILE}::test_a_recording_as_long_as_the_limit_is_taken",
            "tests.transcripts.test_engines::test_silence_and_noise_hold_no_words",
        ),
        "The tests use a limit of a minute in place of eight hours.",
    ),
    "U13": Case(
        "nothing, 30 bytes, an MP4 without index, half a file, a megabyte of zeros first",
        "REJ, kept aside for a week; half a file is read as far as it goes where it can be",
        (
            f"{_HOSTILE}::test_what_is_no_recording_is_refused",
            f"{_HOSTILE}::test_half_a_file_is_read_as_far_as_it_goes_unless_its_index_was_at_the_end",
            f"{_ARRIVALS}::test_u13_what_is_no_recording_is_refused_in_the_language_of_its_sender",
            f"{_ARRIVALS}::test_what_was_refused_is_deleted_after_a_week",
            f"{_ASIDE}::test_who_sent_it_reads_what_came_of_it_and_what_can_be_done",
            f"{_ASIDE}::test_who_sent_what_nobody_can_read_fetches_it_back",
        ),
    ),
    "U14": Case(
        "chance behind each beginning; 528 valid files with flipped bits",
        "REJ or accepted; nothing else is raised, nothing hangs",
        (
            f"{_HOSTILE}::test_chance_behind_a_good_beginning_is_read_or_refused",
            f"{_HOSTILE}::test_valid_files_with_flipped_bits_are_read_or_refused",
        ),
        "The sniffer sees every mutant, the decoder every eleventh.",
    ),
    "U15": Case(
        "HTML, PHP, scripts, programs with the name of a recording",
        "REJ; kept aside, it is handed out to be saved alone, with headers that no browser runs it under",
        (
            f"{_HOSTILE}::test_what_is_no_recording_is_refused",
            f"{_ASIDE}::test_u15_who_sent_it_fetches_it_back_and_no_browser_shows_it",
            f"{_ASIDE}::test_whoever_may_not_gets_what_an_id_that_never_existed_gets",
            f"{_ASIDE}::test_what_is_no_recording_is_refused_again_and_kept_for_another_week",
        ),
    ),
    "U16": Case(
        "a valid recording with a script behind its sound",
        "accepted; the copies do not hold it; the master is handed out to be saved, to an archivist for a reason",
        (
            f"{_HOSTILE}::test_what_is_hung_behind_the_sound_is_not_in_the_copies",
            f"{_IN}::test_no_address_hands_out_a_master_without_a_reason",
            f"{_ASIDE}::test_u16_a_master_is_handed_out_to_be_saved_and_to_no_interviewer",
        ),
    ),
    "U17": Case(
        "names that are paths, headers, options, commands, markup",
        "accepted; keys are hashes, names are shown escaped, nothing is written elsewhere",
        (
            f"{_DECODING}::test_a_name_is_only_a_name",
            f"{_IN}::test_a_name_is_no_path_no_header_and_no_markup",
            f"{_ARRIVALS}::test_u17_a_name_is_kept_for_the_staff_and_used_for_nothing",
        ),
        "Keys are SHA-256 with two folders before, not UUIDs.",
    ),
    "U18": Case(
        "wrong lengths and types, malformed announcements",
        "400, 411, 413",
        (
            f"{_ARRIVALS}::test_u18_a_piece_without_a_length_is_refused",
            f"{_ARRIVALS}::test_what_is_said_of_a_file_must_be_well_formed",
            "tests.intake.test_server::test_u18_u20_slow_senders_are_cut_and_others_served_and_memory_stays_flat",
            "tests.intake.test_protocol::test_the_cases_of_the_conformance_suite_pass_but_for_what_is_not_offered",
        ),
        "Uploads are raw bodies (tus), so that multipart tricks have nothing to trick; the forms without JavaScript are"
        " Django's parser with its limits.",
    ),
    "U19": Case(
        "more than the limit, or than was announced",
        "413; no byte more is kept",
        (
            f"{_ARRIVALS}::test_u19_more_than_the_archive_takes_is_refused_before_a_byte_is_taken",
            f"{_ARRIVALS}::test_u19_more_than_was_announced_is_refused_before_a_byte_is_taken",
            f"{_ARRIVALS}::test_u19_a_file_whose_length_is_not_known_cannot_grow_for_ever",
        ),
    ),
    "U20": Case(
        "fifty connections that send a byte a second",
        "cut at the timeout; others are served",
        ("tests.intake.test_server::test_u18_u20_slow_senders_are_cut_and_others_served_and_memory_stays_flat",),
    ),
    "U21": Case(
        "a file that another interview has, or this one",
        "taken as if it were new; 409 with the recording that it is",
        (
            f"{_ARRIVALS}::test_u21_the_same_file_twice_is_refused_with_the_recording_that_it_is",
            f"{_ARRIVALS}::test_u21_a_file_that_another_interview_has_is_taken_like_any_other",
        ),
        "Times are not compared: what is asked of the database is the same in both cases.",
    ),
    "U22": Case(
        "wrong offsets, somebody else's upload, a wrong checksum, made final twice",
        "409, 404, refused, one recording",
        (
            f"{_ARRIVALS}::test_u22_wrong_offsets_are_refused_with_the_right_one",
            f"{_ARRIVALS}::test_u22_another_persons_file_is_not_there",
            f"{_ARRIVALS}::test_u22_a_file_that_is_not_what_was_sent_is_refused_and_kept_aside",
            f"{_ARRIVALS}::test_u22_a_file_that_is_made_final_twice_is_one_recording",
        ),
    ),
    "U23": Case(
        "addresses to write to a bucket, used for something else",
        "no such address is given out; what was signed never changes",
        (
            f"{_ARRIVALS}::test_u23_nothing_comes_into_an_interview_that_is_on_the_moderators_table_and_nothing_is_lost",
            "tests.files.test_stores::test_a_key_is_never_written_over_and_its_damage_is_reported",
        ),
        "Browsers send to the archive, never to a bucket: there are no presigned addresses to misuse.",
    ),
    "U24": Case(
        "one file, one byte, two hundred starts above the quota",
        "413 or 429; the sum is never above",
        (
            f"{_ARRIVALS}::test_u24_an_interview_never_holds_more_than_its_quota",
            f"{_ARRIVALS}::test_u24_nobody_has_more_files_on_their_way_than_allowed",
            "tests.intake.test_arrivals::test_u24_two_hundred_parallel_starts_never_go_over_the_quota",
        ),
    ),
    "U25": Case(
        "a PNG of 13,300 × 13,300 in 22 kB",
        "REJ before it is unpacked",
        (f"{_PICTURES}::test_a_bomb_is_refused_before_it_is_unpacked",),
    ),
    "U26": Case(
        "a PNG of 60,000 × 60,000, thousands of frames, other kinds named .jpg",
        "REJ",
        (
            f"{_PICTURES}::test_a_bomb_is_refused_before_it_is_unpacked",
            f"{_PICTURES}::test_a_picture_with_many_pictures_is_refused",
            f"{_PICTURES}::test_other_kinds_are_refused",
            f"{_PICTURES}::test_what_is_no_picture_is_refused",
        ),
        "TIFF and HEIC are kinds that are taken, by content, whatever they are named.",
    ),
    "U27": Case(
        "a JPEG that says where and whom, with a thumbnail of what was cut away",
        "accepted; what is public is drawn anew",
        (f"{_PICTURES}::test_nothing_that_was_said_about_the_picture_goes_along",),
    ),
    "U28": Case(
        "an SVG with a script as a portrait",
        "REJ",
        (
            f"{_PICTURES}::test_what_is_no_picture_is_refused",
            f"{_HOSTILE}::test_what_is_no_recording_is_refused",
        ),
    ),
    "U29": Case(
        "title, artist, comment, lyrics, chapters, cover, place in a recording",
        "accepted; the copies say nothing but their sound",
        (
            f"{_COPIES}::test_the_copy_says_nothing_but_its_sound",
            f"{_HOSTILE}::test_what_is_hung_before_the_sound_is_not_in_the_access_copy",
        ),
    ),
    "U30": Case(
        "a second sound track, a private channel, data, subtitles",
        "one sound comes out; the interviewer says which channel",
        (
            f"{_COPIES}::test_a_hidden_track_is_in_no_copy",
            f"{_CHANNELS}::test_the_other_channel_goes_into_nothing_that_is_made",
            f"{_CHANNELS}::test_of_a_file_with_more_tracks_data_and_subtitles_one_sound_comes_out",
        ),
    ),
    "U31": Case(
        "EICAR, alone, behind a sound, before a sound",
        "REJ alone; in a recording it stays in the master, which no address hands out without a reason",
        (
            f"{_HOSTILE}::test_what_is_no_recording_is_refused",
            f"{_HOSTILE}::test_what_is_hung_behind_the_sound_is_not_in_the_copies",
            f"{_HOSTILE}::test_what_is_hung_before_the_sound_is_not_in_the_access_copy",
            f"{_IN}::test_no_address_hands_out_a_master_without_a_reason",
        ),
        "There is no virus scanner: what is taken is decided by the list of kinds, what is handed out is made anew.",
    ),
    "U32": Case(
        "forty hostile files and one that kills the worker among good ones",
        "the good ones are transcribed; no lease is stuck; three starts, then dead",
        (f"{_IN}::test_hostile_files_and_one_that_kills_the_worker_do_no_harm_to_the_good_ones",),
        "The list asks for 200 and ten: `pytest -s tests/abuse/flood.py` brings them in, and none is lost. Each queue takes"
        " what came first, so that the good ones wait about thirty times as long as alone; the list asks for twice.",
    ),
    "U33": Case(
        "silence, noise, music, speech in long silence",
        "no words outside speech, or flagged",
        (
            "tests.transcripts.test_engines::test_silence_and_noise_hold_no_words",
            "tests.transcripts.test_engines::test_music_holds_no_words_and_a_voice_between_music_does",
            "tests.transcripts.test_listening::test_words_over_silence_are_taken_out_and_the_drop_is_recorded",
            "tests.transcripts.test_planning::test_noise_and_silence_are_silent_and_speech_is_not",
            "tests.transcripts.test_planning::test_speech_between_long_silences_gets_a_window_of_its_own",
        ),
        "A minute and less in place of ten and five; nobody sings.",
    ),
    "U34": Case(
        "a voice that says markup or instructions",
        "text, escaped, and nothing else",
        (
            "tests.reading_room.test_pages::test_a_text_cannot_put_markup_on_a_page",
            "tests.transcripts.test_formats::test_no_text_leaves_its_cue",
            "tests.interchange.test_files::test_webvtt_keeps_every_text_inside_its_cue",
        ),
        "No program of ours acts on what a transcript says.",
    ),
    "U35": Case(
        "frames of 16,384 × 16,384, a million a second, an endless film, fonts",
        "the picture is refused in a sentence, the sound is taken; no frame above the limit is unpacked",
        (
            f"{_VIDEOS}::test_frames_above_the_limit_are_refused_and_their_sound_is_taken",
            f"{_VIDEOS}::test_a_film_that_claims_a_million_frames_a_second_ends",
            f"{_VIDEOS}::test_a_film_that_claims_to_last_for_ever_is_as_long_as_its_sound",
        ),
    ),
    "S14": Case(
        "the sandbox tries itself: network, files, another process, memory",
        "all refused, for root and for an ordinary user; else no file of a stranger is opened, and the pages say why",
        (
            f"{_SANDBOX}::test_the_probe_finds_every_wall_standing",
            f"{_SANDBOX}::test_every_wall_stands_for_an_ordinary_user_too",
            f"{_SANDBOX}::test_inside_nothing_else_can_be_reached",
            "tests.pipeline.test_needs::test_a_worker_says_what_it_lacks_when_it_starts_and_goes_on_when_it_is_there",
        ),
        "Threads are limited by address space and time only; TasksMax of the worker's unit bounds them.",
    ),
    "D09": Case(
        "a file that kills its worker, and good ones",
        "dead after three starts; the good ones unharmed",
        (
            f"{_IN}::test_hostile_files_and_one_that_kills_the_worker_do_no_harm_to_the_good_ones",
            "tests.jobs.test_leases::test_three_starts_without_a_step_forward_end_a_job",
        ),
    ),
    "D12": Case(
        "there is not enough memory",
        "that job says so and is tried again; the worker lives",
        (
            "tests.jobs.test_leases::test_work_that_finds_no_memory_says_so_and_is_tried_again",
            f"{_HOSTILE}::test_the_decoder_is_held_to_a_gibibyte",
        ),
        "A process that the kernel kills is covered by D09; a cgroup around a real model is not tried here.",
    ),
    "D24": Case(
        "ffmpeg, isolation or weights are missing",
        "uploads are kept, the work waits and says for what, and goes on by itself",
        (
            "tests.pipeline.test_needs::test_without_isolation_that_is_required_no_file_is_opened_and_the_pages_say_why",
            "tests.pipeline.test_needs::test_a_worker_says_what_it_lacks_when_it_starts_and_goes_on_when_it_is_there",
            "tests.pipeline.test_needs::test_weights_that_are_missing_are_waited_for",
        ),
    ),
}  # fmt: skip


def lines() -> list[str]:
    """The table as text."""
    found = []
    for name, case in CASES.items():
        found += [f"{name}  {case.given}", f"     → {case.outcome}"]
        found += [f"     {test.removeprefix('tests.')}" for test in case.tests]
        found += [f"     ({case.note})"] if case.note else []
    return found


if __name__ == "__main__":
    print("\n".join(lines()))  # noqa: T201
