"""Everything that starts threads and processes or waits for them. No other room imports `threading` or `queue`.

    signals     Stop (ends work), Gate (holds work up), Alarm (wakes one thread at a given moment)
    handoff     Newest, Inbox and ahead: values pass from one thread to another
    workers     Worker (one thread), SerialWorker (calls one after another), DeferredCall (a result to wait for),
                Monitor (an object that several threads use), report_uncaught (errors that no thread handles)
    interrupts  Ctrl-C and the signals that ask a command to end
    scheduling  usual_scheduling: threads of libraries do not run before everything else on the machine
    processes   HelperProcess and run_in_process: work that would block every thread of this process

In the window, `app.gui.kit` delivers results to the GUI thread on top of these.
"""
