from webhooks import slack_commands, stripe_events, twilio_messages

handlers = {
    "/stripe": stripe_events("whsec_test"),
    "/slack": slack_commands("slack-test"),
    "/twilio": twilio_messages("twilio-test"),
}
