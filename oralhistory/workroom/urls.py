"""The workroom's addresses. Who may open which is said in consent/access.yaml, by the actions in actions.py."""

from django.urls import path

from oralhistory.workroom import (
    accounts,
    desk,
    interviews,
    machines,
    papers,
    recordings,
    records,
    signing,
    transcript,
)

app_name = "workroom"

ONE = "interviews/<str:public_id>/"

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("read/", desk.mark_read, name="mark_read"),
    path("jobs/<int:job_id>/again/", desk.try_again, name="try_again"),
    path("interviews/", interviews.listing, name="interviews"),
    path("interviews/new/", interviews.new, name="new_interview"),
    path(ONE, interviews.interview, name="interview"),
    path(f"{ONE}record/", interviews.record, name="record"),
    path(f"{ONE}description/", interviews.description, name="description"),
    path(f"{ONE}chapters/", interviews.chapters, name="chapters"),
    path(f"{ONE}assignments/", interviews.assignments, name="assignments"),
    path(f"{ONE}remarks/", interviews.remarks, name="remarks"),
    path(f"{ONE}events/", records.events_of, name="events"),
    path(f"{ONE}reason/", interviews.reason, name="reason"),
    path(f"{ONE}recordings/", recordings.upload, name="upload"),
    path(f"{ONE}recordings/<str:code>/sound", recordings.sound, name="sound"),
    path(f"{ONE}recordings/<str:code>/waveform", recordings.waveform, name="waveform"),
    path(f"{ONE}recordings/<str:code>/words", transcript.words, name="words"),
    path(f"{ONE}photographs/", recordings.photograph, name="photographs"),
    path(f"{ONE}photographs/<int:pk>/<str:size>", recordings.picture, name="picture"),
    path(f"{ONE}progress/", recordings.progress, name="progress"),
    path(f"{ONE}transcribe/", recordings.transcribe, name="transcribe"),
    path(f"{ONE}agreements/", papers.agreements, name="agreements"),
    path(f"{ONE}agreements/withdrawal/", papers.withdrawal, name="agreement_withdrawal"),
    path(f"{ONE}embargo/", papers.embargo, name="embargo"),
    path(f"{ONE}transcript/", transcript.transcript, name="transcript"),
    path(f"{ONE}transcript/segment/", transcript.segment, name="segment"),
    path(f"{ONE}transcript/text/", transcript.text, name="text"),
    path(f"{ONE}transcript/mention/", transcript.mention, name="mention"),
    path(f"{ONE}transcript/mentions/", transcript.decide, name="decide"),
    path(f"{ONE}transcript/redactions/", transcript.redact, name="redact"),
    path(f"{ONE}veil/", transcript.veil, name="veil"),
    path(f"{ONE}submit/", signing.submit, name="submit"),
    path(f"{ONE}sign/", signing.sign, name="sign"),
    path(f"{ONE}sign/sound", signing.sound, name="sign_sound"),
    path(f"{ONE}sign/ready/", signing.ready, name="sign_ready"),
    path(f"{ONE}approve/", signing.approve, name="approve"),
    path(f"{ONE}publish/", signing.publish, name="publish"),
    path(f"{ONE}revise/", signing.revise, name="revise"),
    path(f"{ONE}send-back/", signing.send_back, name="send_back"),
    path(f"{ONE}withdraw/", signing.withdraw, name="withdraw"),
    path("organizations/", records.organizations, name="organizations"),
    path("organizations/publication/", records.publication, name="organization_publication"),
    path("health/", machines.health, name="health"),
    path("people/", accounts.people, name="people"),
    path("people/link/", accounts.link, name="invitation_link"),
]
